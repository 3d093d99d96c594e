package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What is in the JVM form's {@code function.zip}; {@link ExecutableIT} looks into the other. */
@DisabledIfSystemProperty(named = "imagen.native", matches = "true")
final class PackageIT {
  private static final Path TARGET = Path.of("target");

  /** What tests, lab and benchmark are made with. */
  private static final Pattern NOT_TO_SHIP =
      Pattern.compile(
          "lab-page|junit|jqwik|jazzer|archunit|rest-assured|selenium|axe|s3proxy|elasticmq"
              + "|runtime-interface-client");

  private static List<String> entries() throws IOException {
    try (ZipFile zip = new ZipFile(TARGET.resolve("function.zip").toFile())) {
      return zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
    }
  }

  @Test
  void nothingThatIsCompiledWithTheTestsShips() throws IOException {
    List<String> classes = entries().stream().filter(name -> name.endsWith(".class")).toList();
    assertTrue(classes.contains("io/imagenlambda/ImagenFunction.class"), classes.toString());
    assertTrue(Files.exists(TARGET.resolve("test-classes/io/imagenlambda/lab/Lab.class")));
    assertEquals(
        List.of(),
        classes.stream()
            .filter(name -> Files.exists(TARGET.resolve("test-classes").resolve(name)))
            .toList());
  }

  @Test
  void noLibraryOfTheTestsShips() throws IOException {
    assertEquals(
        List.of(), entries().stream().filter(name -> NOT_TO_SHIP.matcher(name).find()).toList());
  }

  @Test
  void everyLibraryThatShipsIsInTheBillOfMaterials() throws IOException {
    JsonNode bom = new ObjectMapper().readTree(TARGET.resolve("bom.json").toFile());
    Set<String> listed =
        StreamSupport.stream(bom.path("components").spliterator(), false)
            .map(each -> jar(each.path("group"), each.path("name"), each.path("version")))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> shipped =
        entries().stream()
            .filter(name -> name.startsWith("lib/"))
            // Quarkus leaves classes out of some jars, and then calls them so.
            .map(name -> name.replace("lib/modified-", "lib/"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(shipped.size() > 50, shipped.toString());
    shipped.removeAll(listed);
    assertEquals(Set.of(), shipped);
  }

  private static String jar(JsonNode group, JsonNode name, JsonNode version) {
    return "lib/%s.%s-%s.jar".formatted(group.asText(), name.asText(), version.asText());
  }
}
