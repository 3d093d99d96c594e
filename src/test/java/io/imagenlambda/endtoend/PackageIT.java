package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is deployed, in either form. */
final class PackageIT {
  private static final Pattern NOT_FOR_PRODUCTION =
      Pattern.compile(
          "lab-page/.*|io/imagenlambda/(lab|bench|chaos|endtoend)/.*"
              + "|.*(selenium|s3proxy|elasticmq|junit|axe).*\\.jar");

  @Test
  void nothingOfTheLabTheBenchmarkChaosOrTheTestsShips() throws IOException {
    try (ZipFile zip = new ZipFile(Path.of("target", "function.zip").toFile())) {
      List<String> names = zip.stream().map(ZipEntry::getName).toList();
      assertFalse(names.isEmpty());
      assertEquals(List.of(), names.stream().filter(NOT_FOR_PRODUCTION.asPredicate()).toList());
    }
  }
}
