package io.github.nacosfailover.store.disk;

import java.net.URLDecoder;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

import com.alibaba.nacos.api.naming.NamingFactory;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;

/**
 * A process with a stock client that can reach no server, and nothing of ours on its
 * class path but this class. It prints what it is answered for services.
 */
public final class StockProcess {

	private StockProcess() {
	}

	/**
	 * Asks until the client has read the failover directory.
	 * @param arguments the home of the client, and services as {@code group@@service} in
	 * percent-encoding
	 * @throws Exception if the client cannot be created
	 */
	public static void main(String[] arguments) throws Exception {
		Properties properties = new Properties();
		properties.setProperty("serverAddr", "127.0.0.1:1");
		properties.setProperty("namespace", "public");
		properties.setProperty("JM.SNAPSHOT.PATH", arguments[0]);
		NamingService client = NamingFactory.createNamingService(properties);
		System.out.println("client " + Instance.class.getProtectionDomain().getCodeSource().getLocation());
		for (int i = 1; i < arguments.length; i++) {
			String[] key = URLDecoder.decode(arguments[i], "UTF-8").split("@@");
			System.out.println(arguments[i] + " " + ask(client, key[0], key[1]));
		}
		System.exit(0);
	}

	private static String ask(NamingService client, String group, String service) throws InterruptedException {
		long end = System.nanoTime() + 120_000_000_000L;
		while (true) {
			try {
				StringBuilder answer = new StringBuilder();
				for (Instance instance : client.getAllInstances(service, group)) {
					Map<String, String> metadata = new TreeMap<>(instance.getMetadata());
					answer.append("%s:%d/%s/%s/%s/%s/%s/%s ".formatted(instance.getIp(), instance.getPort(),
							instance.getWeight(), instance.isHealthy(), instance.isEnabled(), instance.isEphemeral(),
							instance.getClusterName(), ascii(metadata.toString())));
				}
				return answer.toString().trim();
			}
			catch (Exception ex) {
				if (System.nanoTime() > end) {
					return ex.toString();
				}
				Thread.sleep(100);
			}
		}
	}

	static String ascii(String text) {
		StringBuilder ascii = new StringBuilder();
		text.chars().forEach((c) -> ascii.append((c < 128) ? String.valueOf((char) c) : "\\u%04x".formatted(c)));
		return ascii.toString();
	}

}
