package io.github.nacosfailover.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverSwitch;
import com.alibaba.nacos.client.naming.backups.NamingFailoverData;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.DiskStores;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Several sources of one namespace: beans, then other people's providers, then the store.
 */
class FailoverEngineSourcesTests {

	private final CountDownLatch end = new CountDownLatch(1);

	private final Map<String, FailoverDataSource> beans = new LinkedHashMap<>();

	private final Map<String, FailoverDataSource> providers = new LinkedHashMap<>();

	private final FailoverEngine engine = new FailoverEngine(new Disk(), () -> this.beans);

	private FailoverNamespace namespace;

	@TempDir
	Path directory;

	@AfterEach
	void close() {
		this.end.countDown();
		this.engine.close();
	}

	@Test
	void firstSourceThatHasAServiceWinsServiceByService() {
		files().on().service("a", "10.0.3.1:80").service("b", "10.0.3.2:80").service("c", "10.0.3.3:80");
		this.beans.put("bean", new Fixed(null, "a", "10.0.1.1"));
		this.providers.put("provider", new Fixed(null, "a", "10.0.2.1", "b", "10.0.2.2"));
		start();
		assertThat(this.namespace.sources()).extracting(FailoverSource::name)
			.containsExactly("bean", "provider", "disk");
		assertThat(ips("a")).containsExactly("10.0.1.1");
		assertThat(ips("b")).containsExactly("10.0.2.2");
		assertThat(ips("c")).containsExactly("10.0.3.3");
		assertThat(this.namespace.problems()).isEmpty();
	}

	@Test
	void firstSwitchThatHasAnOpinionGoverns() {
		files().on();
		Fixed first = new Fixed(null);
		Fixed second = new Fixed(false);
		this.beans.put("first", first);
		this.beans.put("second", second);
		start();
		assertThat(this.namespace.view().isOn()).isFalse();
		assertThat(this.namespace.view().activeSource().name()).isEqualTo("second");
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> this.engine.switchFailover(SwitchRequest.on("ops")))
			.withMessageContaining("'second'");
		second.on = null;
		await().until(() -> this.namespace.view().isOn());
		assertThat(this.namespace.view().activeSource().name()).isEqualTo("disk");
		first.on = false;
		await().until(() -> !this.namespace.view().isOn());
		assertThat(this.namespace.view().activeSource().name()).isEqualTo("first");
	}

	@Test
	void misbehavingSourcesHurtNobody() {
		files().on().service("c", "10.0.3.3:80");
		Fixed throwing = new Fixed(null, "a", "10.0.1.1");
		throwing.failure = new IllegalStateException("database is down");
		this.beans.put("throwing", throwing);
		Fixed broken = new Fixed(null);
		broken.failure = new NoClassDefFoundError("com/example/Driver");
		this.beans.put("broken", broken);
		this.beans.put("hanging", new Hanging());
		this.beans.put("hangingData", new HangingData());
		Fixed good = new Fixed(null, "b", "10.0.2.2");
		this.beans.put("good", good);
		start();
		assertThat(this.namespace.view().isOn()).isTrue();
		assertThat(ips("b")).containsExactly("10.0.2.2");
		assertThat(ips("c")).containsExactly("10.0.3.3");
		assertThat(ips("a")).isEmpty();
		assertThat(StatusReport.of(this.engine).namespaces().get("public").sources()).hasSize(6);
		assertThat(this.namespace.problems()).anyMatch((problem) -> problem.location().equals("throwing"))
			.anyMatch((problem) -> problem.location().equals("broken"));
		await().until(() -> this.namespace.problems().stream().anyMatch((it) -> it.location().equals("hanging")));
		await().until(() -> this.namespace.problems().stream().anyMatch((it) -> it.location().equals("hangingData")));
		throwing.failure = null;
		broken.failure = null;
		this.end.countDown();
		await().until(() -> this.namespace.problems().isEmpty());
	}

	@Test
	void closeEndsTheThreads() {
		this.beans.put("one", new Fixed(null));
		this.providers.put("two", new Hanging());
		start();
		assertThat(threads()).isPositive();
		this.engine.close();
		await().until(() -> threads() == 0);
	}

	private FailoverFiles files() {
		return new FailoverFiles(this.directory);
	}

	private void start() {
		this.namespace = this.engine.namespace("public", this.directory, this.providers);
	}

	private List<String> ips(String service) {
		Backup backup = this.namespace.serving("DEFAULT_GROUP", service);
		return (backup != null) ? backup.all(null).stream().map(Instance::getIp).toList() : List.of();
	}

	private void awaitEnd() {
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().pollInterval(Duration.ofMillis(10));
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("nacos-failover-"))
			.count();
	}

	private static final class Disk implements FailoverEngine.StoreFactory {

		@Override
		public FailoverStore open(String namespace, Path directory) {
			return DiskStores.open(directory, 1_000_000);
		}

		@Override
		public void close(FailoverStore store) {
			DiskStores.close((DiskStore) store);
		}

	}

	private static final class Fixed implements FailoverDataSource {

		private final Map<String, FailoverData> data = new HashMap<>();

		private volatile Boolean on;

		private volatile Throwable failure;

		Fixed(Boolean on, String... servicesAndIps) {
			this.on = on;
			for (int i = 0; i < servicesAndIps.length; i += 2) {
				Instance instance = new Instance();
				instance.setIp(servicesAndIps[i + 1]);
				instance.setPort(80);
				ServiceInfo info = new ServiceInfo();
				info.setHosts(List.of(instance));
				this.data.put("DEFAULT_GROUP@@" + servicesAndIps[i], NamingFailoverData.newNamingFailoverData(info));
			}
		}

		@Override
		public FailoverSwitch getSwitch() {
			fail();
			return (this.on != null) ? new FailoverSwitch(this.on) : null;
		}

		@Override
		public Map<String, FailoverData> getFailoverData() {
			fail();
			return this.data;
		}

		private void fail() {
			if (this.failure instanceof Error error) {
				throw error;
			}
			if (this.failure instanceof RuntimeException exception) {
				throw exception;
			}
		}

	}

	private final class Hanging implements FailoverDataSource {

		@Override
		public FailoverSwitch getSwitch() {
			awaitEnd();
			return null;
		}

		@Override
		public Map<String, FailoverData> getFailoverData() {
			return Map.of();
		}

	}

	/** Tells its switch and then hangs. */
	private final class HangingData implements FailoverDataSource {

		@Override
		public FailoverSwitch getSwitch() {
			return null;
		}

		@Override
		public Map<String, FailoverData> getFailoverData() {
			awaitEnd();
			return Map.of();
		}

	}

}
