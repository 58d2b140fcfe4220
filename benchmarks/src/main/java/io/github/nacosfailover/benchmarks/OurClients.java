package io.github.nacosfailover.benchmarks;

import java.nio.file.Path;
import java.util.Map;

import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.bridge.Bridges;
import io.github.nacosfailover.client.NamingServiceDecorator;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.DiskStores;

/**
 * Decorated clients with an engine on the disk, as an application context wires them.
 */
final class OurClients implements AutoCloseable {

	private final FailoverEngine engine = new FailoverEngine(new Disk(), Map::of);

	private final NamingServiceDecorator decorator = new NamingServiceDecorator(this.engine);

	OurClients() {
		Bridges.prime();
		Bridges.activate(this.engine);
	}

	NamingService create(Path home) throws Exception {
		return this.decorator.decorate(Bridges.createClient(this.engine, true, () -> StockClients.create(home)));
	}

	FailoverEngine engine() {
		return this.engine;
	}

	void switchOn() {
		this.engine.switchFailover(SwitchRequest.on("benchmark"));
	}

	@Override
	public void close() {
		Bridges.deactivate(this.engine);
		this.decorator.close();
		this.engine.close();
	}

	private static final class Disk implements StoreFactory {

		@Override
		public FailoverStore open(String namespace, Path directory) {
			return DiskStores.open(directory, 16 * 1024 * 1024);
		}

		@Override
		public void close(FailoverStore store) {
			DiskStores.close((DiskStore) store);
		}

	}

}
