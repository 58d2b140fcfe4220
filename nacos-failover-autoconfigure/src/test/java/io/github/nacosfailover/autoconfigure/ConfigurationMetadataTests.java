package io.github.nacosfailover.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares what IDEs are told of the properties with the properties.
 */
class ConfigurationMetadataTests {

	private static final String PREFIX = "nacos.failover";

	private final Map<String, JsonNode> described = described("properties");

	private final Map<String, JsonNode> hints = described("hints");

	private final Map<String, Bound> bound = bound(new NacosFailoverProperties());

	@Test
	void everyPropertyIsDescribedAndNoOther() {
		assertThat(this.described.keySet()).containsExactlyInAnyOrderElementsOf(this.bound.keySet());
		assertThat(this.bound).containsKeys("nacos.failover.guard.on-expiry", "nacos.failover.services.include");
		this.described.forEach((name, description) -> {
			assertThat(description.path("description").asText()).as(name).isNotBlank();
			assertThat(description.path("sourceType").asText()).as(name).isNotBlank();
		});
	}

	@Test
	void describedDefaultsAreThose() {
		this.bound.forEach((name, property) -> {
			JsonNode described = this.described.get(name).path("defaultValue");
			if (property.isEmpty()) {
				assertThat(described.isMissingNode()).as(name).isTrue();
			}
			else {
				assertThat(described.isMissingNode()).as(name).isFalse();
				assertThat(bind(name, described.asText())).as(name).isEqualTo(property.value());
			}
		});
	}

	@Test
	void everyValueOfAnEnumerationIsHinted() {
		this.bound.forEach((name, property) -> {
			if (property.type().isEnum()) {
				assertThat(values(name)).as(name)
					.containsExactly(Stream.of(property.type().getEnumConstants())
						.map((value) -> value.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
						.toArray(String[]::new));
			}
		});
	}

	@Test
	void hintedValuesAreValidAndExplained() {
		assertThat(this.hints).isNotEmpty();
		this.hints.forEach((name, hint) -> {
			assertThat(this.bound).containsKey(name);
			assertThat(hint.path("values").size() + hint.path("providers").size()).as(name).isPositive();
			hint.path("values")
				.forEach((value) -> assertThat(value.path("description").asText()).as(name).isNotBlank());
			for (String value : values(name)) {
				NacosFailoverProperties properties = bindAll(name, value);
				properties.validate();
				assertThat(bound(properties).get(name).value()).as(name).isNotNull();
			}
		});
	}

	@Test
	void hintedBeansAreOfTypesThatExist() {
		this.hints.forEach((name, hint) -> hint.path("providers").forEach((provider) -> {
			String target = provider.at("/parameters/target").asText();
			if (!target.isEmpty()) {
				assertThat(target).as(name).satisfies(Class::forName);
			}
		}));
	}

	private List<String> values(String name) {
		JsonNode values = this.hints.getOrDefault(name, new ObjectMapper().createObjectNode()).path("values");
		return StreamSupport.stream(values.spliterator(), false).map((value) -> value.path("value").asText()).toList();
	}

	private static Object bind(String name, String value) {
		return bound(bindAll(name, value)).get(name).value();
	}

	private static NacosFailoverProperties bindAll(String name, String value) {
		return new Binder(new MapConfigurationPropertySource(Map.of(name, value)))
			.bind(PREFIX, Bindable.of(NacosFailoverProperties.class))
			.get();
	}

	/** What is in the metadata of this class path under one key, by name. */
	private static Map<String, JsonNode> described(String key) {
		try {
			Map<String, JsonNode> described = new TreeMap<>();
			for (URL resource : Collections.list(ConfigurationMetadataTests.class.getClassLoader()
				.getResources("META-INF/spring-configuration-metadata.json"))) {
				try (InputStream input = resource.openStream()) {
					new ObjectMapper().readTree(input).path(key).forEach((node) -> {
						if (node.path("name").asText().startsWith(PREFIX + ".")) {
							assertThat(described.put(node.path("name").asText(), node)).as(node.toString()).isNull();
						}
					});
				}
			}
			return described;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What can be set, by name. */
	private static Map<String, Bound> bound(NacosFailoverProperties properties) {
		return bound(PREFIX, properties).collect(Collectors.toMap(Bound::name, Function.identity(), (one, other) -> {
			throw new IllegalStateException("Twice: " + one);
		}, LinkedHashMap::new));
	}

	private static Stream<Bound> bound(String prefix, Object bean) {
		BeanWrapper wrapper = new BeanWrapperImpl(bean);
		return Stream.of(wrapper.getPropertyDescriptors())
			.filter((property) -> !property.getName().equals("class"))
			.flatMap((property) -> {
				String name = prefix + "." + DataObjectPropertyName.toDashedForm(property.getName());
				Object value = wrapper.getPropertyValue(property.getName());
				return (property.getWriteMethod() != null)
						? Stream.of(new Bound(name, property.getPropertyType(), value))
						: bound(name, Objects.requireNonNull(value));
			});
	}

	/** A property, with what it is if it is not set. */
	private record Bound(String name, Class<?> type, Object value) {

		boolean isEmpty() {
			return this.value == null || this.value instanceof Collection<?> values && values.isEmpty()
					|| this.value instanceof Map<?, ?> map && map.isEmpty();
		}

	}

}
