package io.github.nacosfailover.actuate.console;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nacosfailover.report.DetectorReport;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.report.PreflightReport;
import io.github.nacosfailover.report.ServiceComparison;
import io.github.nacosfailover.report.SnapshotContent;
import io.github.nacosfailover.report.SnapshotList;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.report.SwitchHistory;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The parts that the page is composed from.
 */
class ConsolePageTests {

	private static final ObjectMapper mapper = new ObjectMapper();

	/** Keys that are composed of a prefix and a value that an endpoint answers with. */
	private static final Pattern COMPOSED = Pattern.compile("text\\(\"([a-zA-Z.]+\\.)\" \\+");

	private static final Pattern PLURAL = Pattern
		.compile("plural\\((?:[a-z.]+ \\? \"([a-zA-Z.]+)\" : )?\"([a-zA-Z.]+)\"");

	private static final Pattern LITERAL = Pattern.compile("[\"']([a-zA-Z]+(?:\\.[a-zA-Z0-9]+)*)[\"']");

	/** Fields of the script's own objects and of the browser. */
	private static final String OWN_FIELDS = "age dataset disabled duration error exact force hidden length name scope";

	@Test
	void bothLanguagesHaveTheSameMessagesWithTheSamePlaces() throws Exception {
		JsonNode english = messages("en");
		JsonNode chinese = messages("zh");
		assertThat(keys(chinese)).isEqualTo(keys(english));
		for (String key : keys(english)) {
			assertThat(chinese.path(key).asText()).as(key).isNotBlank();
			assertThat(places(chinese.path(key).asText())).as(key).isEqualTo(places(english.path(key).asText()));
		}
	}

	@Test
	void everyMessageIsUsedAndEveryMessageThatIsUsedIsThere() throws Exception {
		String script = resource("console.js");
		Set<String> keys = keys(messages("en"));
		Set<String> literals = new TreeSet<>(find(LITERAL, script));
		literals.addAll(find(Pattern.compile("data-(?:text|label)=\"([^\"]+)\""), resource("index.html")));
		List<String> prefixes = find(COMPOSED, script);
		List<String> plurals = find(PLURAL, script);
		assertThat(prefixes).isNotEmpty();
		assertThat(plurals).isNotEmpty();
		for (String plural : plurals) {
			assertThat(keys).contains(plural + ".one", plural + ".many");
		}
		for (String key : keys) {
			String singular = key.replaceAll("\\.(one|many)$", "");
			assertThat(
					literals.contains(key) || plurals.contains(singular) || prefixes.stream().anyMatch(key::startsWith))
				.as(key)
				.isTrue();
		}
		assertThat(keys).containsAll(find(Pattern.compile("data-(?:text|label)=\"([^\"]+)\""), resource("index.html")));
		assertThat(keys).containsAll(find(Pattern.compile("\\btext\\(\"([a-zA-Z0-9.]+[a-zA-Z0-9])\""), script));
	}

	@Test
	void theScriptFindsWhatItLooksForInThePage() throws Exception {
		String page = resource("index.html");
		String script = resource("console.js");
		for (String id : find(Pattern.compile("byId\\(\"([a-z-]+)\"\\)"), script)) {
			assertThat(page.contains("id=\"" + id + "\"") || script.contains("id: \"" + id + "\"")).as(id).isTrue();
		}
	}

	@Test
	void whatTheScriptReadsOfAnAnswerIsThere() throws Exception {
		Set<String> known = new TreeSet<>(List.of(OWN_FIELDS.split(" ")));
		for (Class<?> answer : List.of(FailoverStatus.class, PreflightReport.class, SwitchHistory.class,
				DetectorReport.class, SnapshotList.class, SnapshotContent.class, SnapshotOutcome.class,
				ServiceComparison.class)) {
			collectFields(answer, known);
		}
		String answers = "it|current|report|evidence|plan|verdict|instance|checked|status|listed|page|backup|live";
		assertThat(find(Pattern.compile("(?<!\")\\b(?:" + answers + ")\\??\\.([a-zA-Z]+)\\b(?!\\()"),
				resource("console.js")))
			.hasSizeGreaterThan(100)
			.isSubsetOf(known);
	}

	private static void collectFields(Type type, Set<String> fields) {
		if (type instanceof ParameterizedType parameterized) {
			Stream.of(parameterized.getActualTypeArguments()).forEach((argument) -> collectFields(argument, fields));
		}
		else if (type instanceof Class<?> record && record.isRecord()) {
			for (RecordComponent component : record.getRecordComponents()) {
				JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
				fields.add((property != null) ? property.value() : component.getName());
				collectFields(component.getGenericType(), fields);
			}
		}
	}

	@Test
	void nothingIsPutIntoThePageAsHtml() throws Exception {
		assertThat(resource("console.js")).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML",
				"document.write", "eval(", "new Function", "DOMParser", "</script", "{{");
		assertThat(resource("index.html")).doesNotContainPattern("\\son[a-z]+=")
			.doesNotContainPattern("\\sstyle=")
			.doesNotContain("<link rel=\"stylesheet\"", "<iframe", "src=");
	}

	@Test
	void nativeImagesKeepThePartsOfThePage() {
		RuntimeHints hints = new RuntimeHints();
		new ConsoleHints().registerHints(hints, getClass().getClassLoader());
		assertThat(Stream.of("index.html", "console.css", "console.js", "messages-en.json", "messages-zh.json"))
			.allMatch((part) -> RuntimeHintsPredicates.resource()
				.forResource("io/github/nacosfailover/actuate/console/" + part)
				.test(hints));
		assertThat(RuntimeHintsPredicates.reflection().onType(CsrfToken.class)).accepts(hints);
	}

	@Test
	void nothingIsLoadedFromElsewhere() throws Exception {
		// A name space of XML is a name, and nothing is loaded from there.
		String page = new ConsolePage(() -> null).compose(null).html().replace("http://www.w3.org/2000/svg", "");
		assertThat(page).doesNotContain("http://", "https://");
		assertThat(resource("console.css")).doesNotContain("@import", "url(");
	}

	@Test
	void aTokenCannotEndTheScriptItIsIn() {
		String page = new ConsolePage(() -> null).compose(new CsrfToken("X-CSRF-TOKEN", "a</script><b>\"")).html();
		assertThat(page).contains("\"value\":\"a\\u003c/script>\\u003cb>\\\"\"").doesNotContain("a</script>");
	}

	private static JsonNode messages(String language) throws IOException {
		return mapper.readTree(resource("messages-" + language + ".json"));
	}

	private static Set<String> keys(JsonNode messages) {
		Set<String> keys = new TreeSet<>();
		messages.fieldNames().forEachRemaining(keys::add);
		return keys;
	}

	private static Set<String> places(String message) {
		return new TreeSet<>(find(Pattern.compile("(\\{\\d})"), message));
	}

	private static List<String> find(Pattern pattern, String text) {
		List<String> found = new ArrayList<>();
		for (MatchResult match : pattern.matcher(text).results().collect(Collectors.toList())) {
			for (int i = 1; i <= match.groupCount(); i++) {
				if (match.group(i) != null) {
					found.add(match.group(i));
				}
			}
		}
		return found;
	}

	private static String resource(String name) throws IOException {
		try (InputStream in = ConsolePage.class.getResourceAsStream(name)) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
