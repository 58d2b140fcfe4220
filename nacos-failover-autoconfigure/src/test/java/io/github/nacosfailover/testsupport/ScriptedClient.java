package io.github.nacosfailover.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.NamespaceClient;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.View;

/**
 * A client whose server says what a test wants, which is the same of every service.
 */
public final class ScriptedClient implements NamespaceClient, AutoCloseable {

	private final CountDownLatch end = new CountDownLatch(1);

	private final AtomicInteger asked = new AtomicInteger();

	private volatile Script script = new Script(true, 0, 0);

	private final AtomicInteger statusAsked = new AtomicInteger();

	private volatile ServiceKey hanging;

	private volatile Error error;

	private volatile String status = "UP";

	/**
	 * Lets the server and the caches of the client agree.
	 * @param instances how many instances there are, all healthy
	 */
	public void sees(int instances) {
		sees(instances, instances);
	}

	/**
	 * Lets the server say one thing and the caches of the client another.
	 * @param told how many instances the server tells of when it is asked
	 * @param cached how many instances the client remembers
	 */
	public void sees(int told, int cached) {
		this.script = new Script(true, told, cached);
	}

	/**
	 * Lets the client remember something that the server has not told it.
	 * @param cached how many instances the client remembers
	 */
	public void tellsNothing(int cached) {
		this.script = new Script(true, -1, cached);
	}

	/**
	 * Lets the server be there or not.
	 * @param status {@code UP}, {@code DOWN}, or {@code null} if nobody can tell
	 */
	public void isServer(String status) {
		this.status = status;
	}

	/** Lets every question to the server fail. */
	public void fails() {
		this.script = new Script(false, 0, 0);
	}

	/**
	 * Leaves questions for a service without an answer until this client is closed.
	 * @param key the service
	 */
	public void hangsAt(ServiceKey key) {
		this.hanging = key;
	}

	/**
	 * Lets every question to the server, and to the caches of the client, end in an
	 * error.
	 * @param error the error, {@code null} to let them be answered again
	 */
	public void failsWith(Error error) {
		this.error = error;
	}

	private void check() {
		Error error = this.error;
		if (error != null) {
			throw error;
		}
	}

	/**
	 * How often the server was asked.
	 * @return the number
	 */
	public int asked() {
		return this.asked.get();
	}

	/**
	 * How often it was asked whether the server is there.
	 * @return the number
	 */
	public int statusAsked() {
		return this.statusAsked.get();
	}

	@Override
	public void viewChanged() {
	}

	@Override
	public boolean awaitApplied(View view, Duration timeout) {
		return true;
	}

	@Override
	public ServerStatus serverStatus() {
		this.statusAsked.incrementAndGet();
		return ServerStatus.of(this.status);
	}

	@Override
	public boolean countsQueries() {
		return true;
	}

	@Override
	public List<Instance> live(ServiceKey key) {
		check();
		return instances(this.script.cached());
	}

	@Override
	public List<Instance> ask(ServiceKey key) throws NacosException {
		this.asked.incrementAndGet();
		check();
		if (key.equals(this.hanging)) {
			awaitEnd();
		}
		Script now = this.script;
		if (!now.answers()) {
			throw new NacosException(NacosException.SERVER_ERROR, "on purpose");
		}
		return (now.told() >= 0) ? instances(now.told()) : null;
	}

	private void awaitEnd() {
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public List<String> servicesOfServer(int page, int size, String group) {
		return List.of();
	}

	@Override
	public void close() {
		this.end.countDown();
	}

	/**
	 * The backup of what the server says.
	 * @param key the service
	 * @param instances how many instances it has
	 * @return the backup
	 */
	public static Backup backup(ServiceKey key, int instances) {
		return Backup.copyOf(key, instances(instances));
	}

	private static List<Instance> instances(int count) {
		List<Instance> instances = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Instance instance = new Instance();
			instance.setIp("10.0.0." + i);
			instance.setPort(8080);
			instances.add(instance);
		}
		return instances;
	}

	/** What is said from now on, replaced as a whole. */
	private record Script(boolean answers, int told, int cached) {

	}

}
