package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What Lambda's {@code provided.al2023} asks of the executable; only where one was built. */
@EnabledIfSystemProperty(named = "imagen.native", matches = "true")
final class ExecutableIT {
  private static final Path TARGET = Path.of("target");

  /** Amazon Linux 2023 has glibc 2.34. */
  private static final int NEWEST_GLIBC = 34;

  private static String executable = "";

  @BeforeAll
  static void readExecutable() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      Path file =
          files.filter(each -> each.toString().endsWith("-runner")).findFirst().orElseThrow();
      executable = Files.readString(file, StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void theLabDrivesTheExecutableWhereOneWasBuilt() {
    try (Lab lab = Lab.start(LabOptions.forTests())) {
      assertTrue(
          lab.function().program().command().getFirst().endsWith("-runner"),
          lab.function().program().toString());
    }
  }

  @Test
  void theExecutableAsksForNoGlibcNewerThanAmazonLinux2023s() {
    var versions = new TreeSet<Integer>();
    Pattern.compile("GLIBC_2\\.(\\d+)")
        .matcher(executable)
        .results()
        .forEach(found -> versions.add(Integer.valueOf(found.group(1))));
    assertTrue(versions.last() <= NEWEST_GLIBC, versions.toString());
  }

  @Test
  void theExecutableEncryptsInHardwareOnX86() {
    assertTrue(
        !System.getProperty("os.arch").equals("amd64")
            || Pattern.compile("required by the image: \\[[^\\]]*\\bAES\\b")
                .matcher(executable)
                .find());
  }

  @Test
  void theZipHoldsTheExecutableAsBootstrapAndNothingElse() throws IOException {
    try (ZipFile zip = new ZipFile(TARGET.resolve("function.zip").toFile())) {
      assertEquals(List.of("bootstrap"), zip.stream().map(entry -> entry.getName()).toList());
    }
  }
}
