package io.imagenlambda;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.Executors;

@AnalyzeClasses(packages = "io.imagenlambda", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "io.imagenlambda";

  @ArchTest
  static final ArchRule dataGoesOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.imagenlambda..")
          .layer("entry")
          .definedBy(ROOT)
          .layer("event")
          .definedBy(ROOT + ".event")
          .layer("generation")
          .definedBy(ROOT + ".generation")
          .layer("predict")
          .definedBy(ROOT + ".predict")
          .layer("storage")
          .definedBy(ROOT + ".storage")
          .layer("openssl")
          .definedBy(ROOT + ".openssl")
          .layer("telemetry")
          .definedBy(ROOT + ".telemetry")
          .layer("settings")
          .definedBy(ROOT + ".settings")
          .whereLayer("entry")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("event")
          .mayOnlyBeAccessedByLayers("entry")
          .whereLayer("generation")
          .mayOnlyBeAccessedByLayers("event")
          .whereLayer("predict")
          .mayOnlyBeAccessedByLayers("generation")
          .whereLayer("storage")
          .mayOnlyBeAccessedByLayers("generation", "event")
          .whereLayer("openssl")
          .mayOnlyBeAccessedByLayers("storage")
          .whereLayer("openssl")
          .mayNotAccessAnyLayer()
          .whereLayer("telemetry")
          .mayOnlyBeAccessedByLayers("event", "generation")
          .whereLayer("telemetry")
          .mayOnlyAccessLayers("settings")
          .whereLayer("settings")
          .mayNotAccessAnyLayer()
          .as("event → generation → predict and storage; telemetry is theirs; nothing looks up");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyPredictKnowsHttpClients =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".predict")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.ws.rs..", "org.eclipse.microprofile.rest..", "io.vertx..", "io.netty..");

  @ArchTest
  static final ArchRule onlyStorageKnowsS3 =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".storage")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("software.amazon.awssdk.services.s3..");

  @ArchTest
  static final ArchRule onlyTheEntryAndEventsKnowLambda =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT, ROOT + ".event")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.amazonaws.services.lambda..");

  @ArchTest
  static final ArchRule configurationIsReadBySettingsAlone =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".settings")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.eclipse.microprofile.config..");

  @ArchTest
  static final ArchRule noThreadIsVirtual =
      noClasses()
          .should()
          .callMethodWhere(
              target(nameMatching("(of|start|new)Virtual.*"))
                  .and(target(owner(belongToAnyOf(Thread.class, Executors.class)))))
          .because(
              "in a native executable a thread that wakes virtual ones for their sockets forgot"
                  + " them, once in a thousand processes (deploy/performance.md)");
}
