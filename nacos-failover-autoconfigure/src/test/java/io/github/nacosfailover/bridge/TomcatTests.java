package io.github.nacosfailover.bridge;

import java.io.File;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.github.nacosfailover.testsupport.OfflineClients;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.DirResourceSet;
import org.apache.catalina.webresources.FileResourceSet;
import org.apache.catalina.webresources.StandardRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two web applications in a real Tomcat, with the Nacos client in each or above both.
 */
class TomcatTests {

	private static final String BOOT_LOGGING = "org.springframework.boot.logging.LoggingSystem";

	private final Tomcat tomcat = new Tomcat();

	@TempDir
	Path temp;

	private WebApplicationLoader lib;

	@BeforeEach
	void start() throws LifecycleException {
		System.setProperty(BOOT_LOGGING, "none");
		OfflineClients.files(this.temp.resolve("one")).service("orders", "10.1.1.1:80");
		OfflineClients.files(this.temp.resolve("other")).service("orders", "10.2.2.2:80");
		this.lib = WebApplicationLoader.ofServer(TomcatTests.class.getClassLoader());
		this.tomcat.setBaseDir(this.temp.toString());
		this.tomcat.setPort(0);
		this.tomcat.setSilent(true);
		this.tomcat.getConnector();
		this.tomcat.start();
	}

	@AfterEach
	void stop() throws Exception {
		System.clearProperty(BOOT_LOGGING);
		this.tomcat.stop();
		this.tomcat.destroy();
		this.lib.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void eachApplicationHasItsOwnFailover(boolean shared) throws Exception {
		Context one = deploy("one", shared);
		deploy("other", shared);
		ask("one", "on");
		assertThat(ask("one", "ask")).isEqualTo("[10.1.1.1:80]");
		assertThat(ask("other", "ask")).contains("failed");
		ask("other", "on");
		assertThat(ask("other", "ask-undecorated")).isEqualTo("[10.2.2.2:80]");
		undeploy(one);
		assertThat(ask("other", "ask")).isEqualTo("[10.2.2.2:80]");
		assertThat(ask("other", "problems")).isEmpty();
		deploy("one", shared);
		assertThat(ask("one", "ask-undecorated")).isEqualTo("[10.1.1.1:80]");
	}

	private Context deploy(String name, boolean shared) throws Exception {
		Context context = new StandardContext();
		context.setName("/" + name);
		context.setPath("/" + name);
		context.setDocBase(this.temp.toString());
		context.addLifecycleListener(new Tomcat.FixContextListener());
		context.setParentClassLoader(shared ? this.lib : TomcatTests.class.getClassLoader());
		StandardRoot resources = new StandardRoot(context);
		WebApplicationLoader.classPath()
			.stream()
			.filter((entry) -> !(shared && WebApplicationLoader.isNacosClient(entry))
					&& !entry.matches(".*/(tomcat-embed|jakarta.servlet).*"))
			.map(File::new)
			.forEach((entry) -> add(resources, entry));
		context.setResources(resources);
		Tomcat.addServlet(context, "orders", SharedClientServlet.class.getName());
		context.addServletMappingDecoded("/*", "orders");
		this.tomcat.getHost().addChild(context);
		assertThat(ask(name, "start " + this.temp.resolve(name))).isEqualTo("true");
		return context;
	}

	private static void add(StandardRoot resources, File entry) {
		String path = entry.getAbsolutePath();
		if (entry.isDirectory()) {
			resources.addPreResources(new DirResourceSet(resources, "/WEB-INF/classes", path, "/"));
		}
		else if (entry.isFile()) {
			resources.addPreResources(new FileResourceSet(resources, "/WEB-INF/lib/" + entry.getName(), path, "/"));
		}
	}

	private void undeploy(Context context) {
		this.tomcat.getHost().removeChild(context);
	}

	private String ask(String application, String order) throws Exception {
		URI uri = URI.create("http://127.0.0.1:%d/%s/?order=%s".formatted(this.tomcat.getConnector().getLocalPort(),
				application, URLEncoder.encode(order, StandardCharsets.UTF_8)));
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return response.body();
	}

}
