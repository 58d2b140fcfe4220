package io.github.nacosfailover.compatibility;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.alibaba.nacos.api.naming.NamingService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What subscribers of the application's naming client hear.
 */
class ListenerTests {

	@TempDir
	Path home;

	@Test
	void hearOfOnAndOff() throws Exception {
		FailoverDirectory directory = new FailoverDirectory(this.home.resolve("failover"));
		String service = Nacos.uniqueName("heard");
		directory.backup(service, "10.9.0.1:80", "10.9.0.2:80");
		try (App app = App.start(App.EXPOSED, App.serverAddr(Nacos.serverAddr()), directory.property())) {
			NamingService naming = app.naming();
			List<List<String>> heard = new CopyOnWriteArrayList<>();
			naming.subscribe(service, Heard.in(heard));
			Nacos.register(naming, service, "10.0.0.1:80");
			Heard.awaitLast(heard, "10.0.0.1:80");
			app.flip(true);
			Heard.awaitLast(heard, "10.9.0.1:80", "10.9.0.2:80");
			app.flip(false);
			Heard.awaitLast(heard, "10.0.0.1:80");
			directory.writeSwitch("1");
			Heard.awaitLast(heard, "10.9.0.1:80", "10.9.0.2:80");
		}
	}

}
