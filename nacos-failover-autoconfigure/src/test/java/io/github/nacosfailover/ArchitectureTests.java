package io.github.nacosfailover;

import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.Executors;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The package rules of {@code docs/architecture.md}.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.nacosfailover";

	private static final String REDIS = ROOT + ".store.redis..";

	private static final String JDBC = ROOT + ".store.jdbc..";

	/** The packages of the API beside the root package, which has the entry points. */
	private static final List<String> API = List.of(ROOT + ".event..", ROOT + ".exception..", ROOT + ".report..",
			ROOT + ".request..");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackagesOf(NacosFailover.class);

	@Test
	void apiKnowsNoOtherPackage() {
		check(classes().that()
			.resideInAnyPackage(API.toArray(String[]::new))
			.should()
			.onlyDependOnClassesThat(
					resideInAnyPackage(API.toArray(String[]::new)).or(resideOutsideOfPackage(ROOT + ".."))));
	}

	@Test
	void backupKnowsNoOtherPackage() {
		onlyKnows("backup");
	}

	@Test
	void threadKnowsNoOtherPackage() {
		onlyKnows("thread");
	}

	@Test
	void threadsAreMadeInOnePlace() {
		check(noClasses().that()
			.resideOutsideOfPackages(ROOT + ".thread..", ROOT + ".nacosserver..")
			.should()
			.callConstructorWhere(target(owner(assignableTo(Thread.class))))
			.orShould()
			.dependOnClassesThat()
			.belongToAnyOf(Executors.class, Timer.class));
	}

	@Test
	void sourceKnowsBackup() {
		onlyKnows("source", "backup");
	}

	@Test
	void storeKnowsSource() {
		onlyKnows("store", "source", "backup", "");
	}

	@Test
	void documentsAndTheArchiveKnowNoStore() {
		check(noClasses().that()
			.resideInAnyPackage(ROOT + ".store.document..", ROOT + ".store.archive..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + ".store.disk..", ROOT + ".store.shared..", REDIS, JDBC));
		check(noClasses().that()
			.resideInAPackage(ROOT + ".store.document..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + ".store", ROOT + ".store.archive.."));
	}

	@Test
	void engineKnowsNeitherBridgeNorClient() {
		onlyKnows("engine", "store", "source", "backup", "");
	}

	@Test
	void snapshotKnowsNeitherBridgeNorClient() {
		onlyKnows("snapshot", "engine", "store", "source", "backup", "");
	}

	@Test
	void guardKnowsNeitherBridgeNorClient() {
		onlyKnows("guard", "engine", "store", "source", "backup", "");
	}

	@Test
	void bridgeDoesNotKnowClient() {
		onlyKnows("bridge", "engine", "store", "source", "backup", "");
	}

	@Test
	void onlyAutoConfigurationActuatorAndEnginesOfSharedStoresKnowSpring() {
		check(noClasses().that()
			.resideInAnyPackage(ROOT + ".backup..", ROOT + ".source..", ROOT + ".store..", ROOT + ".engine..",
					ROOT + ".snapshot..", ROOT + ".bridge..", ROOT + ".client..", ROOT + ".guard..", ROOT + ".thread..")
			.and()
			.resideOutsideOfPackages(REDIS, JDBC)
			.should()
			.dependOnClassesThat(resideInAPackage("org.springframework..")
				.and(not(name("org.springframework.aop.RawTargetAccess")))));
	}

	@Test
	void enginesOfSharedStoresKnowTheSpringOfTheirEngine() {
		onlyKnowsOfSpring(REDIS, "org.springframework.aot.hint..", "org.springframework.core.io..",
				"org.springframework.dao..", "org.springframework.data.redis..");
		onlyKnowsOfSpring(JDBC, "org.springframework.aot.hint..", "org.springframework.core.io..",
				"org.springframework.dao..", "org.springframework.jdbc..", "org.springframework.transaction..");
	}

	@Test
	void enginesOfSharedStoresAreKnownByAutoConfigurationAlone() {
		for (String engine : List.of(REDIS, JDBC)) {
			check(noClasses().that()
				.resideOutsideOfPackages(engine, ROOT + ".autoconfigure..")
				.should()
				.dependOnClassesThat()
				.resideInAPackage(engine));
		}
	}

	@Test
	void privateFieldsOfOthersAreReadInTwoPlaces() {
		check(noClasses().that()
			.doNotHaveSimpleName("ClientInternals")
			.and()
			.doNotHaveSimpleName("FailoverNamingServiceBeanBuilder")
			.should()
			.dependOnClassesThat()
			.haveFullyQualifiedName("java.lang.reflect.Field"));
	}

	@Test
	void autoConfigurationsAreFinalWithPackagePrivateBeans() {
		check(classes().that()
			.areAnnotatedWith("org.springframework.boot.autoconfigure.AutoConfiguration")
			.should()
			.haveModifier(JavaModifier.FINAL));
	}

	private void onlyKnowsOfSpring(String engine, String... spring) {
		check(noClasses().that()
			.resideInAPackage(engine)
			.should()
			.dependOnClassesThat(resideInAPackage("org.springframework..").and(not(resideInAnyPackage(spring)))));
	}

	private void onlyKnows(String name, String... others) {
		List<String> allowed = new ArrayList<>(List.of(ROOT + "." + name + "..", ROOT + ".thread.."));
		for (String other : others) {
			allowed.add(other.isEmpty() ? ROOT : ROOT + "." + other + "..");
			if (other.isEmpty()) {
				allowed.addAll(API);
			}
		}
		check(classes().that()
			.resideInAPackage(ROOT + "." + name + "..")
			.should()
			.onlyDependOnClassesThat(
					resideInAnyPackage(allowed.toArray(String[]::new)).or(resideOutsideOfPackage(ROOT + ".."))));
	}

	private void check(ArchRule rule) {
		rule.check(CLASSES);
	}

}
