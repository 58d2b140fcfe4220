package io.github.nacosfailover.benchmarks;

import java.nio.file.Path;

import com.alibaba.nacos.api.naming.NamingService;

/**
 * The stock client in a JVM without our jar. Says what it sees on the standard output.
 */
public final class StockProcess {

	private StockProcess() {
	}

	/**
	 * Runs the client.
	 * @param args what to do, the home of the client and the number of services
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		Path home = Path.of(args[1]);
		if (args[0].equals("flips")) {
			flips(StockClients.create(home));
		}
		else {
			load(home, Integer.parseInt(args[2]));
		}
		System.exit(0);
	}

	private static void flips(NamingService naming) throws Exception {
		StockClients.await(naming, WholeProcess.FLIPPED, "10.8.");
		System.out.println("ready");
		boolean on = false;
		while (System.in.available() == 0) {
			if (StockClients.isFrom(naming, WholeProcess.FLIPPED, "10.9.") != on) {
				on = !on;
				System.out.println("seen " + System.nanoTime());
			}
			Thread.sleep(1);
		}
	}

	private static void load(Path home, int services) throws Exception {
		long before = Process.heap();
		long start = System.nanoTime();
		NamingService naming = StockClients.create(home);
		long created = System.nanoTime();
		while (!StockClients.isFrom(naming, WholeProcess.service(0), "10.9.")) {
			Thread.sleep(1);
		}
		long first = System.nanoTime();
		for (int i = 0; i < services; i++) {
			if (!StockClients.isFrom(naming, WholeProcess.service(i), "10.9.")) {
				throw new IllegalStateException("Service " + i + " is not answered from its backup");
			}
		}
		long all = System.nanoTime();
		System.out.printf(
				"stock: client after %d ms, first answer from backup after %d ms, all %d answered after %d ms, "
						+ "heap %.1f MB%n",
				(created - start) / 1_000_000, (first - start) / 1_000_000, services, (all - start) / 1_000_000,
				(Process.heap() - before) / 1e6);
		Process.idle("stock", 30);
	}

}
