package io.imagenlambda;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.imagenlambda.provider.ImageSink;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.ProviderAnswer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;

@AnalyzeClasses(packages = "io.imagenlambda", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "io.imagenlambda";

  /** What each package may know of the others. There is no room that is not in this table. */
  private static final Map<String, Set<String>> KNOWS =
      Map.ofEntries(
          entry("", Set.of("aws", "event", "request")),
          entry(
              "event",
              Set.of(
                  "check",
                  "concurrent",
                  "event.http",
                  "event.later",
                  "event.manifest",
                  "generation",
                  "ledger",
                  "queue",
                  "request",
                  "settings",
                  "storage",
                  "telemetry")),
          entry("check", Set.of("provider", "queue", "request", "storage")),
          entry(
              "event.http",
              Set.of(
                  "aws",
                  "event.later",
                  "event.manifest",
                  "generation",
                  "ledger",
                  "queue",
                  "request",
                  "settings",
                  "storage")),
          entry("event.later", Set.of("generation", "ledger", "queue", "request")),
          entry(
              "event.manifest",
              Set.of(
                  "concurrent",
                  "event.later",
                  "ledger",
                  "queue",
                  "request",
                  "settings",
                  "storage")),
          entry(
              "generation",
              Set.of(
                  "concurrent",
                  "ledger",
                  "provider",
                  "request",
                  "settings",
                  "spool",
                  "storage",
                  "telemetry")),
          entry("ledger", Set.of("concurrent", "request", "storage")),
          entry("provider", Set.of("aws", "provider.json", "provider.net", "request", "settings")),
          entry(
              "provider.gemini",
              Set.of("provider", "provider.json", "provider.net", "request", "settings")),
          entry(
              "provider.imagen",
              Set.of("provider", "provider.json", "provider.net", "request", "settings")),
          entry("provider.json", Set.of()),
          entry("provider.net", Set.of()),
          entry("spool", Set.of("request", "settings")),
          entry("storage", Set.of("request", "settings", "spool", "storage.client")),
          entry("storage.client", Set.of("aws", "settings")),
          entry("queue", Set.of("aws", "request", "settings")),
          entry("aws", Set.of("settings")),
          entry("request", Set.of("settings")),
          entry("telemetry", Set.of("settings")),
          entry("concurrent", Set.of()),
          entry("settings", Set.of()),
          entry("nativeimage", Set.of()));

  @ArchTest
  static void eachPackageKnowsOnlyWhatItNeeds(JavaClasses classes) {
    Map<String, Set<String>> known = new TreeMap<>();
    for (JavaClass each : classes) {
      if (each.getPackageName().startsWith(ROOT)) {
        Set<String> others = known.computeIfAbsent(name(each), any -> new TreeSet<>());
        each.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getBaseComponentType())
            .filter(target -> target.getPackageName().startsWith(ROOT))
            .map(ArchitectureTest::name)
            .filter(name -> !name.equals(name(each)))
            .forEach(others::add);
      }
    }
    assertEquals(new TreeSet<>(KNOWS.keySet()), known.keySet());
    known.forEach((name, others) ->
        assertTrue(KNOWS.getOrDefault(name, Set.of()).containsAll(others), name + others));
  }

  private static String name(JavaClass type) {
    return type.getPackageName().substring(ROOT.length()).replaceFirst("^[.]", "");
  }

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theProvidersDoorIsProvider =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".provider..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + ".provider..")
                  .and(not(belongToAnyOf(Provider.class, ProviderAnswer.class, ImageSink.class))));

  @ArchTest
  static final ArchRule onlyTheProviderKnowsHttpClients =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".provider..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.ws.rs..", "org.eclipse.microprofile.rest..", "io.vertx..", "io.netty..");

  @ArchTest
  static final ArchRule onlyStorageKnowsS3 =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".storage..")
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
                  + " them, once in a thousand processes (.github/DECISIONS.md)");
}
