package io.github.nacosfailover.autoconfigure;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the processing ahead of time keeps of the stores.
 */
class NativeHintsTests {

	@ParameterizedTest
	@CsvSource({ "redis,lua", "jdbc,sql" })
	void scriptsOfTheStoreAreKept(String store, String extension) throws IOException {
		RuntimeHints hints = process("nacos.failover.store=" + store, "spring.datasource.url=jdbc:h2:mem:hints");
		String directory = "io/github/nacosfailover/store/%s/".formatted(store);
		List<String> scripts = Arrays
			.stream(new PathMatchingResourcePatternResolver()
				.getResources("classpath*:%s*.%s".formatted(directory, extension)))
			.map(Resource::getFilename)
			.toList();
		assertThat(scripts).isNotEmpty()
			.allMatch((script) -> RuntimeHintsPredicates.resource().forResource(directory + script).test(hints));
	}

	private static RuntimeHints process(String... properties) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of(properties).applyTo(context);
			context.register(RedisAutoConfiguration.class, DataSourceAutoConfiguration.class,
					NacosFailoverAutoConfiguration.class);
			DefaultGenerationContext generated = new DefaultGenerationContext(
					new ClassNameGenerator(ClassName.get("test", "Test")), new InMemoryGeneratedFiles());
			new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
			return generated.getRuntimeHints();
		}
	}

}
