package io.github.nacosfailover.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.testsupport.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link AddressProbe} with real sockets.
 */
class AddressProbeTests {

	private static final String THREAD = "nacos-failover-probe";

	private final List<AutoCloseable> closeables = new ArrayList<>();

	private final AddressProbe probe = new AddressProbe(Duration.ofSeconds(5));

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.closeables) {
			closeable.close();
		}
	}

	@Test
	void tellsWhichAcceptRefuseAndKeepSilent() throws Exception {
		ServerSocket accepting = listening(50);
		ServerSocket silent = silent();
		int closed = closedPort();
		assertThat(this.probe.probe(List.of(instance("127.0.0.1", accepting.getLocalPort()),
				instance("127.0.0.1", silent.getLocalPort()), instance("127.0.0.1", closed))))
			.containsOnly(Map.entry("127.0.0.1:" + accepting.getLocalPort(), ProbeResult.ANSWERS),
					Map.entry("127.0.0.1:" + silent.getLocalPort(), ProbeResult.SILENT),
					Map.entry("127.0.0.1:" + closed, ProbeResult.REFUSED));
	}

	@Test
	void allWhoAskWhileARoundIsUnderWayShareIt() throws Exception {
		int callers = 230;
		ServerSocket silent = silent();
		List<Instance> instances = List.of(instance("127.0.0.1", silent.getLocalPort()));
		ExecutorService threads = Executors.newFixedThreadPool(callers);
		this.closeables.add(threads::shutdownNow);
		CyclicBarrier start = new CyclicBarrier(callers);
		List<Future<Void>> rounds = new ArrayList<>();
		for (int i = 0; i < callers; i++) {
			rounds.add(threads.submit(() -> {
				start.await();
				assertThat(this.probe.probe(instances)).containsEntry("127.0.0.1:" + silent.getLocalPort(),
						ProbeResult.SILENT);
				return null;
			}));
		}
		Set<Long> seen = new HashSet<>();
		while (!rounds.stream().allMatch(Future::isDone)) {
			Thread.getAllStackTraces()
				.keySet()
				.stream()
				.filter((thread) -> thread.getName().equals(THREAD))
				.forEach((thread) -> seen.add(thread.getId()));
		}
		for (Future<?> round : rounds) {
			round.get();
		}
		// Another one, if some have begun after the first was over.
		assertThat(seen).hasSizeBetween(1, 10);
	}

	@Test
	void whoeverComesLaterGetsItsOwnAddressesProbedToo() throws Exception {
		ServerSocket silent = silent();
		ServerSocket accepting = listening(50);
		ExecutorService threads = Executors.newFixedThreadPool(1);
		this.closeables.add(threads::shutdownNow);
		Future<Map<String, ProbeResult>> first = threads
			.submit(() -> this.probe.probe(List.of(instance("127.0.0.1", silent.getLocalPort()))));
		await().until(() -> !Threads.named(THREAD).isEmpty());
		assertThat(this.probe.probe(List.of(instance("127.0.0.1", accepting.getLocalPort()))))
			.containsOnly(Map.entry("127.0.0.1:" + accepting.getLocalPort(), ProbeResult.ANSWERS));
		assertThat(first.get()).containsOnly(Map.entry("127.0.0.1:" + silent.getLocalPort(), ProbeResult.SILENT));
	}

	@Test
	void whatThereIsNoTimeForIsNotProbedAndNobodyWaitsLonger() throws Exception {
		ServerSocket silent = silent();
		ServerSocket accepting = listening(50);
		AddressProbe hasty = new AddressProbe(Duration.ofMillis(900));
		assertThat(hasty.probe(
				List.of(instance("127.0.0.1", silent.getLocalPort()), instance("127.0.0.1", accepting.getLocalPort()))))
			.containsOnly(Map.entry("127.0.0.1:" + accepting.getLocalPort(), ProbeResult.ANSWERS));
		await().until(() -> Threads.named(THREAD).isEmpty());
	}

	@Test
	void ipv6InBracketsIsAnAddress() throws Exception {
		ServerSocket accepting = listening(50, "::1");
		int port = accepting.getLocalPort();
		assertThat(this.probe.probe(List.of(instance("[::1]", port), instance("::1", port)))).containsOnly(
				Map.entry("[::1]:" + port, ProbeResult.ANSWERS), Map.entry("::1:" + port, ProbeResult.ANSWERS));
	}

	@ParameterizedTest
	@ValueSource(strings = { "169.254.169.254", "169.254.1.1", "::ffff:169.254.169.254", "[::ffff:a9fe:a9fe]",
			"::169.254.169.254", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1", "fe80::1", "[fe80::1]", "fe80::1%lo",
			"febf::1", "100.100.100.200", "fd00:ec2::254", "168.63.129.16", "0.0.0.0", "0.0.0.1", "::", "[::]",
			"224.0.0.1", "239.255.255.250", "ff02::1", "255.255.255.255", "localhost", "metadata.google.internal",
			".:1", "1::2::3", "127.1", "2130706433", "0x7f000001", "", "[]", "[127.0.0.1" })
	void isNotProbed(String ip) throws Exception {
		assertThat(ProbedAddress.of(instance(ip, 80))).isNull();
		assertThat(this.probe.probe(List.of(instance(ip, 80)))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "10.0.0.1", "::1", "[2001:db8::1]", "fd12:3456::1", "::ffff:10.0.0.1",
			"[::ffff:127.0.0.1]", "fec0::1" })
	void isProbed(String ip) {
		assertThat(ProbedAddress.of(instance(ip, 80))).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 65536 })
	void noPortIsNotProbed(int port) {
		assertThat(ProbedAddress.of(instance("127.0.0.1", port))).isNull();
	}

	private ServerSocket listening(int backlog) throws IOException {
		return listening(backlog, "127.0.0.1");
	}

	private ServerSocket listening(int backlog, String address) throws IOException {
		ServerSocket socket = new ServerSocket(0, backlog, InetAddress.getByName(address));
		this.closeables.add(socket);
		return socket;
	}

	private int closedPort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			return socket.getLocalPort();
		}
	}

	/** One that never accepts, with as many connections waiting as the system lets. */
	private ServerSocket silent() throws IOException {
		ServerSocket server = listening(1);
		boolean full = false;
		while (!full) {
			Socket socket = new Socket();
			this.closeables.add(socket);
			try {
				socket.connect(new InetSocketAddress("127.0.0.1", server.getLocalPort()), 300);
			}
			catch (IOException ex) {
				full = true;
			}
		}
		return server;
	}

	private static Instance instance(String ip, int port) {
		Instance instance = new Instance();
		instance.setIp(ip);
		instance.setPort(port);
		return instance;
	}

}
