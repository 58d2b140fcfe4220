package io.github.nacosfailover.source;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.ServiceInfo;
import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverData.DataType;
import com.alibaba.nacos.client.naming.backups.NamingFailoverData;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SourceAnswerTests {

	private final Map<String, FailoverData> data = new HashMap<>(
			Map.of("DEFAULT_GROUP@@orders", service("10.0.0.1", 80)));

	@Test
	void entriesThatAreNoServiceAreNamedAndHurtNobody() {
		this.data.put("a@@null", null);
		this.data.put("b@@config", new FailoverData(DataType.config, "text"));
		this.data.put("c@@text", new FailoverData(DataType.naming, "text"));
		this.data.put("d@@nothing", new FailoverData(DataType.naming, null));
		SourceAnswer answer = assertOnlyOrders();
		assertThat(answer.rejected()).containsOnlyKeys("a@@null", "b@@config", "c@@text", "d@@nothing");
		assertThat(answer.problem()).contains("'a@@null' (no data)", "'b@@config' (DataType.config",
				"'c@@text' (not a ServiceInfo: java.lang.String)", "'d@@nothing' (not a ServiceInfo: null)");
	}

	@Test
	void malformedKeysAreNamedAndHurtNobody() {
		for (String key : new String[] { null, "", "orders", "@@orders", "group@@", "@@" }) {
			this.data.put(key, service("10.0.0.1", 80));
		}
		SourceAnswer answer = assertOnlyOrders();
		assertThat(answer.rejected()).containsOnlyKeys("null", "", "orders", "@@orders", "group@@", "@@");
		assertThat(answer.problem()).contains("'null' is not of the form group@@service").endsWith("and 1 more");
	}

	@Test
	void instancesAreCheckedAsThoseOfAFile() {
		this.data.put("a@@noHosts", serviceOf(null));
		this.data.put("b@@nullInstance", serviceOf(Arrays.asList((Instance) null)));
		this.data.put("c@@noIp", service(null, 80));
		this.data.put("d@@badPort", service("10.0.0.1", 70000));
		SourceAnswer answer = assertOnlyOrders();
		assertThat(answer.problem()).contains("'a@@noHosts' ('hosts' is null", "'b@@nullInstance' (hosts[0] is null",
				"'c@@noIp' (hosts[0] has no 'ip'", "'d@@badPort' (hosts[0] has port 70000");
	}

	@Test
	void serviceThatThrowsHurtsNobody() {
		this.data.put("e@@linkage", NamingFailoverData.newNamingFailoverData(new ServiceInfo() {

			@Override
			public List<Instance> getHosts() {
				throw new NoSuchMethodError("getHosts");
			}

		}));
		assertThat(assertOnlyOrders().problem()).contains("'e@@linkage' (java.lang.NoSuchMethodError");
	}

	@Test
	void badEntryKeepsItsLastGoodVersion() {
		BackupTable known = SourceAnswer.of(this.data, BackupTable.EMPTY).backups();
		this.data.put("DEFAULT_GROUP@@orders", service("10.0.0.1", -1));
		SourceAnswer answer = SourceAnswer.of(this.data, known);
		assertThat(answer.backups()).isSameAs(known);
		assertThat(answer.rejected()).containsOnlyKeys("DEFAULT_GROUP@@orders");
	}

	@Test
	void entryThatIsGoneIsGone() {
		this.data.put("DEFAULT_GROUP@@payments", service("10.0.0.7", 80));
		BackupTable known = SourceAnswer.of(this.data, BackupTable.EMPTY).backups();
		this.data.remove("DEFAULT_GROUP@@payments");
		assertThat(SourceAnswer.of(this.data, known).backups().size()).isEqualTo(1);
	}

	private SourceAnswer assertOnlyOrders() {
		SourceAnswer answer = SourceAnswer.of(this.data, BackupTable.EMPTY);
		assertThat(answer.backups().size()).isEqualTo(1);
		assertThat(answer.backups().find("DEFAULT_GROUP", "orders").get().all(null)).extracting(Instance::getIp)
			.containsExactly("10.0.0.1");
		return answer;
	}

	private static FailoverData service(String ip, int port) {
		Instance instance = new Instance();
		instance.setIp(ip);
		instance.setPort(port);
		return serviceOf(List.of(instance));
	}

	private static FailoverData serviceOf(List<Instance> hosts) {
		ServiceInfo info = new ServiceInfo();
		info.setHosts(hosts);
		return NamingFailoverData.newNamingFailoverData(info);
	}

}
