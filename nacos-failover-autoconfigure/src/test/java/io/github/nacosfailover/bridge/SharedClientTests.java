package io.github.nacosfailover.bridge;

import java.beans.Introspector;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.testsupport.OfflineClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Applications in one server whose Nacos client is in a parent of their class loaders.
 */
class SharedClientTests {

	private static final String BOOT_LOGGING = "org.springframework.boot.logging.LoggingSystem";

	private static final int GRPC_THREADS = 10;

	@TempDir
	Path temp;

	private WebApplicationLoader server;

	private ExecutorService executor;

	@BeforeEach
	void prepare() throws Exception {
		System.setProperty(BOOT_LOGGING, "none");
		OfflineClients.files(this.temp.resolve("one")).service("orders", "10.1.1.1:80");
		OfflineClients.files(this.temp.resolve("other")).service("orders", "10.2.2.2:80");
		this.server = WebApplicationLoader.ofServer();
		startClientOfServer();
		startThreadsOfGrpc();
	}

	/**
	 * A thread of gRPC's executor keeps the application that has started it as long as
	 * other applications keep it busy, which nobody but the JDK could change. So there
	 * are enough of the server's own.
	 */
	private void startThreadsOfGrpc() throws Exception {
		String internals = "com.alibaba.nacos.shaded.io.grpc.internal.";
		Class<?> type = this.server.loadClass(internals + "SharedResourceHolder$Resource");
		Object resource = this.server.loadClass(internals + "GrpcUtil").getField("SHARED_CHANNEL_EXECUTOR").get(null);
		ThreadPoolExecutor executor = (ThreadPoolExecutor) this.server.loadClass(internals + "SharedResourceHolder")
			.getMethod("get", type)
			.invoke(null, resource);
		executor.setKeepAliveTime(1, TimeUnit.HOURS);
		CountDownLatch running = new CountDownLatch(GRPC_THREADS);
		in(this.server, () -> {
			for (int i = 0; i < GRPC_THREADS; i++) {
				executor.execute(() -> {
					running.countDown();
					awaitUninterruptibly(running);
				});
			}
			return true;
		});
		running.await();
		this.executor = executor;
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@AfterEach
	void close() throws Exception {
		System.clearProperty(BOOT_LOGGING);
		this.executor.shutdownNow();
		this.server.close();
	}

	/** The client's own threads then belong to the server, not to an application. */
	private void startClientOfServer() throws Exception {
		in(this.server, () -> {
			Object client = this.server.loadClass("com.alibaba.nacos.client.naming.NacosNamingService")
				.getConstructor(Properties.class)
				.newInstance(OfflineClients.properties(this.temp.resolve("server")));
			client.getClass().getMethod("shutDown").invoke(client);
			return client;
		});
	}

	@Test
	void eachApplicationHasItsOwnFailover() throws Exception {
		try (WebApplication one = start("one"); WebApplication other = start("other")) {
			one.tell("on");
			assertThat(one.ask("ask")).isEqualTo("[10.1.1.1:80]");
			assertThat(other.ask("ask")).contains("failed");
			other.tell("on");
			assertThat(other.ask("ask")).isEqualTo("[10.2.2.2:80]");
			assertThat(other.ask("ask-undecorated")).isEqualTo("[10.2.2.2:80]");
			one.tell("off");
			assertThat(one.ask("ask")).contains("failed");
			assertThat(one.ask("ask-undecorated")).contains("failed");
			assertThat(other.ask("ask")).isEqualTo("[10.2.2.2:80]");
			assertThat(one.ask("problems")).isEmpty();
			assertThat(other.ask("problems")).isEmpty();
		}
	}

	@Test
	void applicationThatHasEndedIsUnloadedAndTheOtherGoesOn() throws Exception {
		WeakReference<ClassLoader> loader;
		try (WebApplication other = start("other")) {
			loader = startAndClose("one");
			other.tell("on");
			assertThat(other.ask("ask")).isEqualTo("[10.2.2.2:80]");
			awaitUnloaded(loader);
			assertThat(other.ask("ask-undecorated")).isEqualTo("[10.2.2.2:80]");
			assertThat(other.ask("problems")).isEmpty();
		}
	}

	@Test
	void firstApplicationCanBeDeployedAgain() throws Exception {
		WeakReference<ClassLoader> first = startAndClose("one");
		// A thread inherits the class loader of the one that starts it, so those of the
		// next client would keep the application loaded.
		await().untilAsserted(() -> assertThat(threadsOf(first)).isEmpty());
		try (WebApplication second = start("one")) {
			second.tell("on");
			assertThat(second.ask("ask")).isEqualTo("[10.1.1.1:80]");
			awaitUnloaded(first);
		}
	}

	@Test
	void applicationsWithTheirOwnClientsHaveTheirOwnFailover() throws Exception {
		try (WebApplication one = start("one", WebApplicationLoader.ofWholeApplication());
				WebApplication other = start("other", WebApplicationLoader.ofWholeApplication())) {
			other.tell("on");
			assertThat(other.ask("ask-undecorated")).isEqualTo("[10.2.2.2:80]");
			assertThat(one.ask("ask")).contains("failed");
			assertThat(one.ask("problems") + other.ask("problems")).isEmpty();
		}
	}

	private WeakReference<ClassLoader> startAndClose(String name) throws Exception {
		try (WebApplication application = start(name)) {
			application.tell("on");
			assertThat(application.ask("ask")).contains(":80");
			return new WeakReference<>(application.loader);
		}
	}

	private static void awaitUnloaded(WeakReference<ClassLoader> loader) {
		await().untilAsserted(() -> {
			// As servers do when they undeploy an application.
			Introspector.flushCaches();
			System.gc();
			assertThat(threadsOf(loader)).isEmpty();
			assertThat(loader.get() == null).isTrue();
		});
	}

	/** Threads that keep a class loader from being unloaded. */
	private static List<String> threadsOf(WeakReference<ClassLoader> loader) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> loader.get() != null && thread.getContextClassLoader() == loader.get())
			.map(Thread::getName)
			.toList();
	}

	private WebApplication start(String name) throws Exception {
		return start(name, WebApplicationLoader.ofApplication(this.server));
	}

	private WebApplication start(String name, WebApplicationLoader loader) throws Exception {
		WebApplication application = new WebApplication(loader);
		assertThat(application.ask("start " + this.temp.resolve(name))).isEqualTo("true");
		return application;
	}

	/** On a thread that ends, since libraries of applications have thread locals. */
	private static <T> T in(ClassLoader loader, Callable<T> action) throws Exception {
		FutureTask<T> task = new FutureTask<>(action);
		Thread thread = new Thread(task);
		thread.setContextClassLoader(loader);
		thread.start();
		return task.get();
	}

	/** A {@link SharedClientApplication}. */
	private static final class WebApplication implements AutoCloseable {

		private final WebApplicationLoader loader;

		private final UnaryOperator<String> application;

		@SuppressWarnings("unchecked")
		WebApplication(WebApplicationLoader loader) throws Exception {
			this.loader = loader;
			this.application = (UnaryOperator<String>) loader.loadClass(SharedClientApplication.class.getName())
				.getConstructor()
				.newInstance();
		}

		String ask(String order) throws Exception {
			return in(this.loader, () -> this.application.apply(order));
		}

		void tell(String order) throws Exception {
			ask(order);
		}

		@Override
		public void close() throws Exception {
			tell("close");
			this.loader.close();
		}

	}

}
