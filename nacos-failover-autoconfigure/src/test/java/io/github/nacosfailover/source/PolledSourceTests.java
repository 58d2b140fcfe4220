package io.github.nacosfailover.source;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverData.DataType;
import com.alibaba.nacos.client.naming.backups.NamingFailoverData;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.testsupport.UnspeakableException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Other people's sources, well-behaved and not.
 */
class PolledSourceTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(PolledSource.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Scripted delegate = new Scripted();

	private PolledSource source;

	@BeforeEach
	void listen() {
		this.log.list = new CopyOnWriteArrayList<>();
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void close() {
		this.logger.detachAppender(this.log);
		this.delegate.released.countDown();
		if (this.source != null) {
			this.source.close();
		}
	}

	@Test
	void firstAnswerIsThereWhenAwaited() {
		this.delegate.on = true;
		this.delegate.data.put("DEFAULT_GROUP@@orders", service("10.0.0.1"));
		start();
		assertThat(this.source.state().failoverSwitch().enabled()).isTrue();
		assertThat(this.source.state().failoverSwitch().by()).isEqualTo("source:custom");
		assertThat(ips("orders")).containsExactly("10.0.0.1");
		assertThat(this.source.problems()).isEmpty();
	}

	@Test
	void nullSwitchIsNoOpinion() {
		this.delegate.on = null;
		start();
		assertThat(this.source.state().failoverSwitch()).isNull();
		this.delegate.on = false;
		await().until(() -> this.source.state().failoverSwitch() != null);
		this.delegate.on = null;
		await().until(() -> this.source.state().failoverSwitch() == null);
		assertThat(this.source.problems()).isEmpty();
	}

	@Test
	void throwingSwitchKeepsTheLastStateAndIsLoggedOncePerChange() {
		this.delegate.on = true;
		start();
		AtomicInteger number = new AtomicInteger();
		this.delegate.switchFailure = () -> {
			throw new IllegalStateException("attempt " + number.incrementAndGet());
		};
		awaitProblem("getSwitch() failed");
		awaitPolls(2);
		assertThat(this.source.state().failoverSwitch().enabled()).isTrue();
		this.delegate.switchFailure = null;
		awaitNoProblems();
		assertThat(number.get()).isGreaterThan(1);
		assertThat(logged(Level.WARN)).hasSize(1);
		assertThat(logged(Level.INFO)).hasSize(1);
	}

	@Test
	void throwingDataKeepTheLastDataWhileTheSwitchStillWorks() {
		this.delegate.on = false;
		this.delegate.data.put("DEFAULT_GROUP@@orders", service("10.0.0.1"));
		start();
		this.delegate.dataFailure = () -> {
			throw new NoClassDefFoundError("com/example/Driver");
		};
		this.delegate.on = true;
		awaitProblem("getFailoverData() failed");
		assertThat(this.source.state().failoverSwitch().enabled()).isTrue();
		assertThat(ips("orders")).containsExactly("10.0.0.1");
		this.delegate.dataFailure = null;
		this.delegate.on = false;
		awaitNoProblems();
		assertThat(logged(Level.WARN)).hasSize(1);
	}

	@Test
	void sourceThatLeavesItsThreadInterruptedIsAskedAgain() {
		this.delegate.switchFailure = () -> Thread.currentThread().interrupt();
		this.delegate.data.put("DEFAULT_GROUP@@orders", service("10.0.0.1"));
		AtomicInteger interrupted = new AtomicInteger();
		this.delegate.dataFailure = () -> {
			if (Thread.currentThread().isInterrupted()) {
				interrupted.incrementAndGet();
			}
			Thread.currentThread().interrupt();
		};
		start();
		awaitPolls(3);
		this.delegate.on = true;
		await().until(() -> this.source.state().failoverSwitch().enabled());
		assertThat(ips("orders")).containsExactly("10.0.0.1");
		assertThat(interrupted).hasValue(0);
		assertThat(this.source.problems()).isEmpty();
	}

	@Test
	void failureThatCannotTellItsMessageIsListedAllTheSame() {
		start();
		this.delegate.switchFailure = () -> {
			throw new UnspeakableException();
		};
		awaitProblem("getSwitch() failed, its last state stays in use: " + UnspeakableException.class.getName());
		this.delegate.switchFailure = null;
		awaitNoProblems();
		this.delegate.dataFailure = () -> {
			throw new UnspeakableException();
		};
		this.delegate.on = true;
		awaitProblem("getFailoverData() failed, its last data stay in use: " + UnspeakableException.class.getName());
	}

	@Test
	void sourceThatHasNoOpinionIsNotAskedForDataMoreOftenThanOneThatIsOff() {
		this.delegate.on = null;
		start();
		assertThat(this.source.nextData()).isGreaterThan(Duration.ofSeconds(20));
		this.delegate.on = true;
		await().until(() -> this.source.state().failoverSwitch() != null);
		assertThat(this.source.nextData()).isLessThanOrEqualTo(Duration.ofSeconds(5));
	}

	@Test
	void nullMapKeepsTheLastData() {
		this.delegate.data.put("DEFAULT_GROUP@@orders", service("10.0.0.1"));
		start();
		Map<String, FailoverData> before = this.delegate.data;
		this.delegate.data = null;
		this.delegate.on = true;
		awaitProblem("returned null");
		assertThat(ips("orders")).containsExactly("10.0.0.1");
		this.delegate.data = before;
		this.delegate.on = false;
		awaitNoProblems();
	}

	@Test
	void emptyMapTakesTheDataAway() {
		this.delegate.data.put("DEFAULT_GROUP@@orders", service("10.0.0.1"));
		start();
		this.delegate.data = new HashMap<>();
		this.delegate.on = true;
		await().until(() -> this.source.state().backups().isEmpty());
		assertThat(this.source.problems()).isEmpty();
	}

	@Test
	void badEntryKeepsItsLastGoodVersionAndRecovers() {
		this.delegate.data.put("DEFAULT_GROUP@@orders", service("10.0.0.1"));
		this.delegate.data.put("DEFAULT_GROUP@@payments", service("10.0.0.7"));
		start();
		this.delegate.data = new HashMap<>(Map.of("DEFAULT_GROUP@@orders", new FailoverData(DataType.naming, "?"),
				"DEFAULT_GROUP@@payments", service("10.0.0.8")));
		this.delegate.on = true;
		awaitProblem("DEFAULT_GROUP@@orders");
		await().until(() -> ips("payments").equals(List.of("10.0.0.8")));
		assertThat(ips("orders")).containsExactly("10.0.0.1");
		this.delegate.data = new HashMap<>(Map.of("DEFAULT_GROUP@@orders", service("10.0.0.2")));
		this.delegate.on = false;
		awaitNoProblems();
		assertThat(ips("orders")).containsExactly("10.0.0.2");
		assertThat(ips("payments")).isEmpty();
	}

	@Test
	void dataThatChangeWithinTheirProblemAreLoggedOnce() {
		this.delegate.data = null;
		this.delegate.fresh = () -> new HashMap<>(
				Map.of("a@@bad", new FailoverData(DataType.naming, new Object()), "b@@good", service("10.0.0.1")));
		start();
		this.delegate.on = true;
		await().until(() -> this.source.state().failoverSwitch().enabled());
		this.delegate.on = false;
		await().until(() -> !this.source.state().failoverSwitch().enabled());
		assertThat(this.delegate.dataCalls).hasValueGreaterThanOrEqualTo(3);
		assertThat(logged(Level.WARN)).hasSize(1);
	}

	@Test
	void serviceThatTheSourceChangesLaterDoesNotChangeHere() {
		FailoverData data = service("10.0.0.1");
		this.delegate.data.put("DEFAULT_GROUP@@orders", data);
		start();
		Instance theirs = ((ServiceInfo) data.getData()).getHosts().get(0);
		theirs.setIp("6.6.6.6");
		theirs.getMetadata().put("from", "them");
		Backup backup = this.source.state().backups().find("DEFAULT_GROUP", "orders").get();
		Instance ours = backup.all(null).get(0);
		assertThat(ours.getIp()).isEqualTo("10.0.0.1");
		assertThat(ours.getMetadata()).isEmpty();
		this.delegate.on = true;
		await().until(() -> ips("orders").equals(List.of("6.6.6.6")));
	}

	@Test
	void unchangedDataAreNoChange() {
		this.delegate.fresh = () -> new HashMap<>(Map.of("DEFAULT_GROUP@@orders", service("10.0.0.1")));
		start();
		BackupTable before = this.source.state().backups();
		this.delegate.on = true;
		await().until(() -> this.source.state().failoverSwitch().enabled());
		assertThat(this.delegate.dataCalls).hasValueGreaterThanOrEqualTo(2);
		assertThat(this.source.state().backups()).isSameAs(before);
	}

	@Test
	void sourceThatHangsIsAProblemLoggedOnceUntilItAnswers() {
		this.delegate.on = true;
		start();
		this.delegate.hang = true;
		await().until(() -> !this.source.problems().isEmpty());
		assertThat(this.source.problems().get(0).message()).contains("has not answered for");
		assertThat(this.source.state().failoverSwitch().enabled()).isTrue();
		await().until(() -> logged(Level.WARN).size() == 1);
		this.delegate.hang = false;
		this.delegate.released.countDown();
		awaitNoProblems();
		await().until(() -> logged(Level.INFO).size() == 1);
		assertThat(logged(Level.WARN)).hasSize(1);
	}

	@Test
	void throwingListenerHurtsNeitherTheSourceNorOtherListeners() {
		start();
		AtomicReference<SourceState> seen = new AtomicReference<>();
		this.source.addListener(() -> {
			throw new IllegalStateException("listener");
		});
		this.source.addListener(() -> seen.set(this.source.state()));
		this.delegate.on = true;
		await().until(() -> seen.get() != null && seen.get().failoverSwitch().enabled());
		this.delegate.on = false;
		await().until(() -> !seen.get().failoverSwitch().enabled());
	}

	@Test
	void closeEndsTheThreadsAndIsNotLogged() {
		start();
		this.delegate.hang = true;
		await().until(() -> this.delegate.hanging);
		assertThat(threads()).isEqualTo(2);
		this.source.close();
		await().until(() -> threads() == 0);
		assertThat(this.log.list).isEmpty();
	}

	private void start() {
		this.source = new PolledSource("custom", this.delegate, Duration.ofMillis(20));
		this.source.awaitFirstAnswer(Duration.ofMinutes(1));
	}

	private static ConditionFactory await() {
		return Awaitility.await().pollInterval(Duration.ofMillis(10));
	}

	private void awaitProblem(String text) {
		await().until(this.source::problems,
				(problems) -> problems.size() == 1 && problems.get(0).message().contains(text));
	}

	private void awaitNoProblems() {
		await().until(this.source::problems, List::isEmpty);
		awaitPolls(1);
	}

	private void awaitPolls(int more) {
		int expected = this.delegate.switchCalls.get() + more;
		await().until(() -> this.delegate.switchCalls.get() >= expected);
	}

	private List<String> ips(String service) {
		BackupRef found = this.source.state().backups().find("DEFAULT_GROUP", service);
		return (found != null) ? found.get().all(null).stream().map(Instance::getIp).toList() : List.of();
	}

	private List<ILoggingEvent> logged(Level level) {
		return this.log.list.stream().filter((event) -> event.getLevel() == level).toList();
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("nacos-failover-s"))
			.count();
	}

	private static FailoverData service(String ip) {
		Instance instance = new Instance();
		instance.setIp(ip);
		instance.setPort(80);
		return serviceOf(List.of(instance));
	}

	private static FailoverData serviceOf(List<Instance> hosts) {
		ServiceInfo info = new ServiceInfo();
		info.setHosts(hosts);
		return NamingFailoverData.newNamingFailoverData(info);
	}

}
