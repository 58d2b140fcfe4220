package io.github.nacosfailover.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Queries of the stock client and of a decorated one, from the same backups.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class Queries {

	@Benchmark
	public Object getAllInstances(WhileOn state) throws NacosException {
		return state.naming.getAllInstances(WhileOn.SERVICE);
	}

	@Benchmark
	public int getAllInstancesAndRead(WhileOn state) throws NacosException {
		return read(state.naming.getAllInstances(WhileOn.SERVICE));
	}

	@Benchmark
	public Object selectInstances(WhileOn state) throws NacosException {
		return state.naming.selectInstances(WhileOn.SERVICE, true);
	}

	@Benchmark
	public int selectInstancesAndRead(WhileOn state) throws NacosException {
		return read(state.naming.selectInstances(WhileOn.SERVICE, true));
	}

	@Benchmark
	public Object selectOneHealthyInstance(WhileOn state) throws NacosException {
		return state.naming.selectOneHealthyInstance(WhileOn.SERVICE);
	}

	@Benchmark
	public Object whileOffGetAllInstances(WhileOff state) throws NacosException {
		return state.naming.getAllInstances(Benchmarks.LIVE_SERVICE);
	}

	@Benchmark
	public Object whileOffSelectOneHealthyInstance(WhileOff state) throws NacosException {
		return state.naming.selectOneHealthyInstance(Benchmarks.LIVE_SERVICE);
	}

	private static int read(List<Instance> instances) {
		int sum = 0;
		for (Instance instance : instances) {
			sum += instance.getIp().length() + instance.getPort();
		}
		return sum;
	}

	/** A client that answers from a backup. */
	@State(Scope.Benchmark)
	public static class WhileOn {

		static final String SERVICE = "backed-up";

		@Param({ "stock", "ours" })
		public String client;

		@Param({ "1", "10", "100", "1000" })
		public int instances;

		private NamingService naming;

		private OurClients ours;

		@Setup
		public void create() throws Exception {
			FailoverDirectory directory = FailoverDirectory.temporary()
				.service(SERVICE, this.instances, 9)
				.failover(true);
			this.ours = this.client.equals("ours") ? new OurClients() : null;
			this.naming = (this.ours != null) ? this.ours.create(directory.home())
					: StockClients.create(directory.home());
			StockClients.await(this.naming, SERVICE, "10.9.");
		}

		@TearDown
		public void shutDown() throws NacosException {
			this.naming.shutDown();
			if (this.ours != null) {
				this.ours.close();
			}
		}

	}

	/** A client that answers from what the server tells. */
	@State(Scope.Benchmark)
	public static class WhileOff {

		@Param({ "stock", "ours" })
		public String client;

		private NamingService naming;

		private OurClients ours;

		@Setup
		public void create() throws Exception {
			FailoverDirectory directory = FailoverDirectory.temporary().service(WhileOn.SERVICE, 10, 9).failover(false);
			this.ours = this.client.equals("ours") ? new OurClients() : null;
			this.naming = (this.ours != null) ? this.ours.create(directory.home())
					: StockClients.create(directory.home());
			StockClients.await(this.naming, Benchmarks.LIVE_SERVICE, "10.8.");
		}

		@TearDown
		public void shutDown() throws NacosException {
			this.naming.shutDown();
			if (this.ours != null) {
				this.ours.close();
			}
		}

	}

}
