package io.github.nacosfailover;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.Executors;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.engine.FailoverListener;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Condition;

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

	/** A server that tests use, of a module of its own. */
	private static final String TEST_SERVER = ROOT + ".nacosserver..";

	private static final String AUTO_CONFIGURATION = ROOT + ".autoconfigure..";

	/** What there is for Spring, beside the engines of shared stores. */
	private static final String[] SPRING_SIDE = { AUTO_CONFIGURATION, ROOT + ".spring..", ROOT + ".actuate.." };

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
			.resideOutsideOfPackages(ROOT + ".thread..", TEST_SERVER)
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
		onlyKnows("guard", "engine", "probe", "store", "source", "backup", "");
	}

	@Test
	void probeKnowsNoOtherPackage() {
		onlyKnows("probe");
	}

	@Test
	void livenessKnowsNeitherGuardNorDetector() {
		onlyKnows("liveness", "engine", "probe", "source", "backup", "");
	}

	@Test
	void detectorKnowsNeitherBridgeNorClient() {
		onlyKnows("detector", "engine", "guard", "probe", "store", "source", "backup", "");
	}

	@Test
	void rulesOfDetectorAndLivenessHaveNeitherClockNorIo() {
		check(noClasses().that()
			.haveSimpleName("ServiceDetector")
			.or()
			.haveSimpleName("ServiceLiveness")
			.or()
			.haveSimpleName("DetectorRules")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.io..", "java.net..", "java.nio..", "java.util.concurrent..")
			.orShould()
			.dependOnClassesThat()
			.belongToAnyOf(System.class, Instant.class, Clock.class));
	}

	@Test
	void bridgeDoesNotKnowClient() {
		onlyKnows("bridge", "engine", "store", "source", "backup", "");
	}

	@Test
	void onlyTheSpringSideAndEnginesOfSharedStoresKnowSpring() {
		check(noClasses().that()
			.resideOutsideOfPackages(SPRING_SIDE)
			.and()
			.resideOutsideOfPackages(REDIS, JDBC, TEST_SERVER)
			.should()
			.dependOnClassesThat(resideInAPackage("org.springframework..")
				.and(not(name("org.springframework.aop.RawTargetAccess")))));
	}

	@Test
	void onlyObservationsKnowMicrometerObservations() {
		check(noClasses().that()
			.resideOutsideOfPackages(ROOT + ".observation..", AUTO_CONFIGURATION)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.micrometer.observation..", ROOT + ".observation.."));
	}

	@Test
	void nothingKnowsTheSpringSide() {
		check(noClasses().that()
			.resideOutsideOfPackages(SPRING_SIDE)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(SPRING_SIDE));
	}

	@Test
	void autoConfigurationIsKnownByNothing() {
		check(noClasses().that()
			.resideOutsideOfPackage(AUTO_CONFIGURATION)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(AUTO_CONFIGURATION));
	}

	@Test
	void autoConfigurationOnlyWires() {
		check(noClasses().that()
			.resideInAPackage(AUTO_CONFIGURATION)
			.should()
			.beAssignableTo(BeanPostProcessor.class)
			.orShould()
			.beAssignableTo(BeanFactoryPostProcessor.class)
			.orShould()
			.beAssignableTo(ApplicationListener.class)
			.orShould()
			.beAssignableTo(Condition.class)
			.orShould()
			.beAssignableTo(FailoverListener.class)
			.orShould()
			.beAssignableTo(StoreFactory.class));
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
				.resideOutsideOfPackages(engine, AUTO_CONFIGURATION)
				.should()
				.dependOnClassesThat()
				.resideInAPackage(engine));
		}
	}

	@Test
	void privateFieldsOfOthersAreReadInThreePlaces() {
		check(noClasses().that()
			.doNotHaveSimpleName("ClientInternals")
			.and()
			.doNotHaveSimpleName("FailoverNamingServiceBeanBuilder")
			.and()
			.doNotHaveSimpleName("SharedClient")
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
