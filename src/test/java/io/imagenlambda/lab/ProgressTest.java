package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Progress progress = new Progress(new PrintStream(out, true, UTF_8));

  @Test
  void stepsArePrintedAsTheyBegin() {
    take(
        "[INFO] --- maven-compiler-plugin:3.16.0:compile (default-compile) @ imagen-lambda ---",
        "[INFO] Compiling 199 source files with javac [debug release 25] to target/classes",
        "[INFO] Compiling 1 source file with javac [debug release 25] to target/lab-classes",
        "[INFO] --- quarkus-maven-plugin:3.34.1:build (default) @ imagen-lambda ---");
    assertEquals(
        List.of(
            "compiles the function, 199 files",
            "compiles the lab, 1 files",
            "packages the function"),
        printed());
  }

  @Test
  void downloadsAreAddedUp() {
    take(
        "Downloading from central: https://example.org/a.jar",
        "Downloaded from central: https://example.org/a.jar (1.6 MB at 10 MB/s)",
        "[INFO] Downloaded from mirror: https://example.org/b.jar (399 kB at 10 MB/s)",
        "Downloaded from central: https://example.org/c.pom (900 B at 9.5 kB/s)",
        "[INFO] Downloaded from central: https://example.org/d.jar (1,1 GB at 9.5 kB/s)");
    progress.tick();
    progress.tick();
    assertEquals(List.of("downloads libraries, 1102 MB so far"), printed());
  }

  @Test
  void ofAFailureMavensOwnWordsAreKept() {
    take("[INFO] Compiling", "[ERROR] a.java:[1,2] a word is missing", "[WARNING] much else");
    assertEquals(List.of("[ERROR] a.java:[1,2] a word is missing"), progress.errors());
    assertFalse(progress.isDiskFull());
    take("java.io.IOException: No space left on device");
    assertTrue(progress.isDiskFull());
  }

  private void take(String... lines) {
    Stream.of(lines).forEach(progress::take);
  }

  private List<String> printed() {
    return out.toString(UTF_8).lines().map(line -> line.replaceFirst("^ +\\d+ s  ", "")).toList();
  }
}
