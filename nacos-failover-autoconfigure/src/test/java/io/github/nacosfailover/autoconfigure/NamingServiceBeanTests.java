package io.github.nacosfailover.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.listener.EventListener;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.client.naming.NacosNamingService;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.spring.bean.EngineLifecycle;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.OfflineClients;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.scope.ScopedProxyFactoryBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanDefinitionCustomizer;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The kinds of beans that clients come as. Failover is on and no server is there, so what
 * answers a query can only be the backup.
 */
@ExtendWith(OutputCaptureExtension.class)
class NamingServiceBeanTests {

	private static final String SERVICE = "orders";

	private static final String BACKUP = "10.9.9.1:80";

	private static Path clientHome;

	private ApplicationContextRunner runner;

	@TempDir
	Path home;

	@BeforeEach
	void prepare() {
		clientHome = this.home;
		FailoverFiles files = OfflineClients.files(this.home).service(SERVICE, BACKUP).on();
		assertThat(files.directory()).exists();
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NacosFailoverAutoConfiguration.class));
	}

	@Test
	void beanDeclaredAsInterface() {
		this.runner.withBean("naming", NamingService.class, NamingServiceBeanTests::client, shutDown())
			.run((context) -> {
				NamingService naming = context.getBean(NamingService.class);
				assertDecorated(naming);
				assertThat(naming).isNotInstanceOf(NacosNamingService.class);
			});
	}

	@Test
	void beanDeclaredAsClient() {
		this.runner.withUserConfiguration(ClassConfiguration.class).run((context) -> {
			NacosNamingService naming = context.getBean(NacosNamingService.class);
			assertDecorated(naming);
			assertThat(context.getBean(ClassConfiguration.class).injected).isSameAs(naming);
			assertThat(((DecoratedNamingService) naming).undecoratedNamingService().getClass())
				.isEqualTo(NacosNamingService.class);
		});
	}

	@Test
	void beanOfOwnClassKeepsItsOwnMethodsAndState() {
		this.runner.withBean(OwnClient.class, () -> create(() -> new OwnClient(properties())), shutDown())
			.run((context) -> {
				OwnClient naming = context.getBean(OwnClient.class);
				assertDecorated(naming);
				assertThat(naming.name()).isEqualTo("own");
				assertThat(naming.packageName()).isEqualTo("own");
				assertThat(naming.getServerStatus()).isEqualTo("DOWN of own");
			});
	}

	@Test
	void decoratedBeanHasASaneIdentity() {
		this.runner.withBean("a", NamingService.class, NamingServiceBeanTests::client, shutDown())
			.withBean("b", NacosNamingService.class, NamingServiceBeanTests::client, shutDown())
			.run((context) -> {
				for (NamingService naming : context.getBeansOfType(NamingService.class).values()) {
					NamingService client = ((DecoratedNamingService) naming).undecoratedNamingService();
					assertThat(naming).isEqualTo(naming).isNotEqualTo(client).hasSameHashCodeAs(naming);
					assertThat(naming.toString()).isEqualTo("Nacos failover around " + client);
					// As the client itself.
					assertThatExceptionOfType(NotSerializableException.class)
						.isThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(naming));
				}
				assertThat(context.getBean("a")).isNotEqualTo(context.getBean("b"));
			});
	}

	@Test
	void classOfWhichThereCanBeNoSubclass(CapturedOutput output) {
		this.runner.withBean("last", FinalClient.class, () -> create(() -> new FinalClient(properties())), shutDown())
			.withBean("closed", ClientWithFinalMethod.class,
					() -> create(() -> new ClientWithFinalMethod(properties())), shutDown())
			.run((context) -> {
				assertBridged(context.getBean(FinalClient.class));
				assertBridged(context.getBean(ClientWithFinalMethod.class));
			});
		assertThat(output.getOut().split("bean 'last' is declared as")).hasSize(2);
		assertThat(output.getOut().split("bean 'closed' is declared as")).hasSize(2);
		assertThat(output).doesNotContain("stays undecorated");
	}

	@Test
	void wrapperOfTheApplicationStaysAsItIs(CapturedOutput output) {
		this.runner.withUserConfiguration(WrapperConfiguration.class).run((context) -> {
			NamingService wrapper = context.getBean("wrapper", NamingService.class);
			assertBridged(wrapper);
			assertThat(wrapper.getServerStatus()).isEqualTo("wrapped");
			assertDecorated(context.getBean("inner", NamingService.class));
		});
		assertThat(output).contains("bean 'wrapper' (").doesNotContain("stays undecorated");
	}

	@Test
	void wrapperAroundAHiddenClientIsServedThroughTheBridge(CapturedOutput output) {
		this.runner.withBean("wrapper", NamingService.class, () -> wrap(client()), shutDown())
			.run((context) -> assertBridged(context.getBean(NamingService.class)));
		assertThat(output).doesNotContain("stays undecorated");
	}

	@Test
	void productsOfFactoryBeans() {
		this.runner.withBean("byClass", ClientFactory.class, ClientFactory::new)
			.withBean("byInterface", InterfaceFactory.class, InterfaceFactory::new)
			.run((context) -> {
				assertDecorated(context.getBean("byClass", NacosNamingService.class));
				assertDecorated(context.getBean("byInterface", NamingService.class));
				assertThat(context.getBean("byInterface")).isNotInstanceOf(NacosNamingService.class);
				assertThat(context.getBean("&byClass")).isInstanceOf(ClientFactory.class);
				OfflineClients.shutDown(context.getBean("byClass", NamingService.class));
				OfflineClients.shutDown(context.getBean("byInterface", NamingService.class));
			});
	}

	@Test
	void prototypesAreDecoratedOneByOne() {
		this.runner.withBean("naming", NamingService.class, NamingServiceBeanTests::client, scope("prototype"))
			.run((context) -> {
				NamingService one = context.getBean(NamingService.class);
				NamingService other = context.getBean(NamingService.class);
				assertThat(one).isNotSameAs(other);
				assertDecorated(one);
				assertDecorated(other);
				OfflineClients.shutDown(one);
				OfflineClients.shutDown(other);
			});
	}

	@Test
	void oneClientAsSeveralBeansHasOneDecoration() {
		this.runner.withUserConfiguration(SharedConfiguration.class).run((context) -> {
			NamingService byInterface = context.getBean("byInterface", NamingService.class);
			NacosNamingService byClass = context.getBean("byClass", NacosNamingService.class);
			assertDecorated(byInterface);
			assertDecorated(byClass);
			assertThat(((DecoratedNamingService) byClass).undecoratedNamingService())
				.isSameAs(((DecoratedNamingService) byInterface).undecoratedNamingService());
			assertThat(context.getBean("again")).isSameAs(byInterface);
		});
	}

	@Test
	void scopedProxiesStandBeforeTheDecoratedBean() {
		this.runner.withUserConfiguration(ScopedConfiguration.class).run((context) -> {
			for (String name : List.of("scopedByInterface", "scopedByClass")) {
				NamingService proxy = context.getBean(name, NamingService.class);
				assertThat(proxy).isNotInstanceOf(DecoratedNamingService.class);
				NamingService target = context.getBean("scopedTarget." + name, NamingService.class);
				assertDecorated(target);
				OfflineClients.shutDown(target);
			}
			assertThat(context.getBean("scopedByClass")).isInstanceOf(NacosNamingService.class);
			assertThat(context.getBeanFactory().getType("scopedByClass")).isNotEqualTo(ScopedProxyFactoryBean.class);
		});
	}

	@Test
	void proxyOfTheApplicationStaysAsItIs(CapturedOutput output) {
		this.runner.withBean("naming", NamingService.class, NamingServiceBeanTests::advised, shutDown())
			.run((context) -> {
				NamingService naming = context.getBean(NamingService.class);
				assertBridged(naming);
				assertThat(naming.getServerStatus()).isEqualTo("advised");
			});
		assertThat(output).doesNotContain("stays undecorated");
	}

	@Test
	void lazyBeanAndLazyInjectionPoint() {
		this.runner.withUserConfiguration(LazyConfiguration.class).run((context) -> {
			assertThat(context.getBeanFactory().containsSingleton("lazyNaming")).isFalse();
			NamingService injected = context.getBean(LazyConfiguration.class).injected;
			assertThat(addresses(injected)).containsExactly(BACKUP);
			assertDecorated(context.getBean("lazyNaming", NamingService.class));
		});
	}

	@Test
	void circleOfReferencesGetsTheDecoratedBean() {
		this.runner.withAllowCircularReferences(true)
			.withBean("naming", CircularClient.class)
			.withBean("user", CircularUser.class)
			.run((context) -> {
				CircularClient naming = context.getBean(CircularClient.class);
				assertDecorated(naming);
				assertThat(context.getBean(CircularUser.class).client).isSameAs(naming);
				assertThat(naming.user()).isSameAs(context.getBean(CircularUser.class));
				OfflineClients.shutDown(naming);
			});
	}

	@Test
	void ownBeansMayBeTheFirstToBeCreated() {
		for (Class<?> first : List.of(FailoverEngine.class, EngineLifecycle.class, NacosFailoverProperties.class,
				NacosFailover.class)) {
			this.runner.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
				.withBean("naming", NamingService.class, NamingServiceBeanTests::client, shutDown())
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(context.getBean(first)).isNotNull();
					assertDecorated(context.getBean(NamingService.class));
				});
		}
	}

	private static void assertDecorated(NamingService naming) {
		assertThat(naming).isInstanceOf(DecoratedNamingService.class);
		assertThat(addresses(naming)).containsExactly(BACKUP);
		// Only the layer subscribes without a server.
		EventListener listener = (event) -> {
		};
		try {
			naming.subscribe(SERVICE, listener);
			naming.unsubscribe(SERVICE, listener);
		}
		catch (NacosException ex) {
			throw new AssertionError(ex);
		}
	}

	private static void assertBridged(NamingService naming) {
		assertThat(naming).isNotInstanceOf(DecoratedNamingService.class);
		await().until(() -> addresses(naming).equals(List.of(BACKUP)));
	}

	private static List<String> addresses(NamingService naming) {
		try {
			return naming.getAllInstances(SERVICE).stream().map(Instance::toInetAddr).toList();
		}
		catch (NacosException ex) {
			return List.of(ex.getErrMsg());
		}
	}

	private static Properties properties() {
		return OfflineClients.properties(clientHome);
	}

	private static NacosNamingService client() {
		return OfflineClients.create(clientHome);
	}

	private static <T> T create(Callable<T> constructor) {
		try {
			return constructor.call();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static NamingService advised() {
		ProxyFactory factory = new ProxyFactory(client());
		factory.addAdvice((MethodInterceptor) (invocation) -> invocation.getMethod().getName().equals("getServerStatus")
				? "advised" : invocation.proceed());
		return (NamingService) factory.getProxy();
	}

	/** Not an AOP proxy: as a class that implements the interface by hand. */
	private static NamingService wrap(NamingService inner) {
		return (NamingService) java.lang.reflect.Proxy.newProxyInstance(NamingServiceBeanTests.class.getClassLoader(),
				new Class<?>[] { NamingService.class },
				(proxy, method, arguments) -> method.getName().equals("getServerStatus") ? "wrapped"
						: method.invoke(inner, arguments));
	}

	private static BeanDefinitionCustomizer shutDown() {
		return (definition) -> definition.setDestroyMethodName("shutDown");
	}

	private static BeanDefinitionCustomizer scope(String scope) {
		return (BeanDefinition definition) -> definition.setScope(scope);
	}

	@Configuration(proxyBeanMethods = false)
	static class ClassConfiguration {

		@Autowired
		NacosNamingService injected;

		@Bean(destroyMethod = "shutDown")
		static NacosNamingService naming() {
			return client();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrapperConfiguration {

		@Bean(destroyMethod = "shutDown")
		NamingService inner() {
			return client();
		}

		@Bean
		NamingService wrapper(NamingService inner) {
			return wrap(inner);
		}

	}

	@Configuration
	static class SharedConfiguration {

		private final NacosNamingService shared = client();

		@Bean(destroyMethod = "shutDown")
		NamingService byInterface() {
			return this.shared;
		}

		@Bean(destroyMethod = "")
		NacosNamingService byClass() {
			return this.shared;
		}

		@Bean(destroyMethod = "")
		NamingService again() {
			return byInterface();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedConfiguration {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		static NamingService scopedByInterface() {
			return client();
		}

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		static NacosNamingService scopedByClass() {
			return client();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyConfiguration {

		@Lazy
		@Autowired
		NamingService injected;

		@Lazy
		@Bean(destroyMethod = "shutDown")
		static NamingService lazyNaming() {
			return client();
		}

	}

	static class OwnClient extends NacosNamingService {

		private final String name = "own";

		OwnClient(Properties properties) throws NacosException {
			super(properties);
		}

		public String name() {
			return this.name;
		}

		String packageName() {
			return this.name;
		}

		@Override
		public String getServerStatus() {
			return super.getServerStatus() + " of " + this.name;
		}

	}

	static final class FinalClient extends OwnClient {

		FinalClient(Properties properties) throws NacosException {
			super(properties);
		}

	}

	static class ClientWithFinalMethod extends OwnClient {

		ClientWithFinalMethod(Properties properties) throws NacosException {
			super(properties);
		}

		@Override
		public final String name() {
			return super.name();
		}

	}

	static class CircularClient extends OwnClient {

		@Autowired
		private CircularUser user;

		CircularClient() throws NacosException {
			super(properties());
		}

		public CircularUser user() {
			return this.user;
		}

	}

	static class CircularUser {

		@Autowired
		private CircularClient client;

	}

	static class ClientFactory implements FactoryBean<NacosNamingService> {

		@Override
		public NacosNamingService getObject() {
			return client();
		}

		@Override
		public Class<?> getObjectType() {
			return NacosNamingService.class;
		}

	}

	static class InterfaceFactory implements FactoryBean<NamingService> {

		@Override
		public NamingService getObject() {
			return client();
		}

		@Override
		public Class<?> getObjectType() {
			return NamingService.class;
		}

	}

}
