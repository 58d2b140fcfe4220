package io.github.nacosfailover.nacosserver;

import java.io.IOException;

import com.alibaba.nacos.NacosServerBasicApplication;
import com.alibaba.nacos.NacosServerWebApplication;
import com.alibaba.nacos.core.listener.startup.NacosStartUp;
import com.alibaba.nacos.core.listener.startup.NacosStartUpManager;
import com.alibaba.nacos.sys.env.DeploymentType;
import com.alibaba.nacos.sys.env.EnvUtil;
import com.alipay.sofa.jraft.storage.impl.RocksDBLogStorage;
import com.alipay.sofa.jraft.util.StorageOptionsFactory;
import io.grpc.ServerRegistry;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Runs the Nacos server. {@link NacosServer} starts this class in a JVM whose class path
 * is that of the server; no other code may refer to it.
 */
final class NacosServerMain {

	private NacosServerMain() {
	}

	/**
	 * Runs the server until the launcher is gone.
	 * @param args the process id of the launcher
	 */
	public static void main(String[] args) {
		exitWithLauncher(Long.parseLong(args[0]));
		try {
			run();
		}
		catch (Throwable ex) {
			ex.printStackTrace();
			Runtime.getRuntime().halt(1);
		}
	}

	private static void run() {
		ServerRegistry.getDefaultRegistry().register(new LoopbackServerProvider());
		saveDiskSpace();
		EnvUtil.setDeploymentType(DeploymentType.SERVER);
		NacosStartUpManager.start(NacosStartUp.CORE_START_UP_PHASE);
		ConfigurableApplicationContext core = new SpringApplicationBuilder(NacosServerBasicApplication.class)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.run();
		NacosStartUpManager.start(NacosStartUp.WEB_START_UP_PHASE);
		new SpringApplicationBuilder(NacosServerWebApplication.class).parent(core).bannerMode(Banner.Mode.OFF).run();
	}

	/**
	 * RocksDB would reserve 600 MB for the logs of the Raft groups.
	 */
	private static void saveDiskSpace() {
		StorageOptionsFactory.registerRocksDBOptions(RocksDBLogStorage.class,
				StorageOptionsFactory.getDefaultRocksDBOptions().setAllowFAllocate(false));
	}

	/**
	 * The launcher never writes to the standard input of this process, so that its end
	 * means that the launcher has exited, however it did.
	 */
	private static void exitWithLauncher(long launcher) {
		Thread watch = new Thread(() -> {
			try {
				while (System.in.read() != -1) {
					continue;
				}
			}
			catch (IOException ex) {
				System.err.println("Lost the launcher: " + ex);
			}
			Runtime.getRuntime().halt(1);
		}, "launcher-watch");
		watch.setDaemon(true);
		watch.start();
		ProcessHandle.of(launcher)
			.ifPresentOrElse((process) -> process.onExit().thenRun(() -> Runtime.getRuntime().halt(1)),
					() -> Runtime.getRuntime().halt(1));
	}

}
