package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.imagenlambda.lab.runtime.PackagedFunction;
import io.imagenlambda.lab.runtime.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The {@code function.zip} that was built, where the stack's parameter Runtime is the other. */
@TestInstance(Lifecycle.PER_CLASS)
final class WrongZipIT {
  private static final String IS_NATIVE = "imagen.native";
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Lab lab = Lab.start(LabOptions.forTests());

  /** Lambda's {@code /var/task}. */
  @TempDir private static Path task;

  @TempDir private static Path work;

  /** As Lambda does it: with the permissions that the zip has. */
  @BeforeAll
  static void unzip() throws IOException {
    try (FileSystem zip =
            FileSystems.newFileSystem(
                Path.of("target/function.zip"), Map.of("enablePosixFileAttributes", "true"));
        Stream<Path> entries = Files.walk(zip.getPath("/"))) {
      for (Path entry : (Iterable<Path>) entries.filter(Files::isRegularFile)::iterator) {
        Path file = task.resolve(zip.getPath("/").relativize(entry).toString());
        Files.createDirectories(file.getParent());
        Files.copy(entry, file);
        Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(entry));
      }
    }
  }

  @AfterAll
  void close() {
    lab.close();
  }

  @Test
  @DisabledIfSystemProperty(named = IS_NATIVE, matches = "true")
  void theJvmFormUnderTheOsOnlyRuntimeSaysWhatToDeploy() throws Exception {
    assumeTrue(isOnPath("curl"), "curl is not on this machine; Lambda's runtime has it");

    assertCannotStart(
        bootstrap(Map.of()),
        "WrongZip",
        "target/function.zip is built for Runtime=java25,",
        "parameter Runtime is provided.al2023.",
        "Deploy with Runtime=java25, MemorySize=1024 and a Release, or replace target/function.zip");
  }

  @Test
  @DisabledIfSystemProperty(named = IS_NATIVE, matches = "true")
  void theJvmFormUnderTheOsOnlyRuntimeSaysWhatToDeployWithoutCurlToo() throws Exception {
    assertCannotStart(
        bootstrap(Map.of("PATH", work.toString())),
        "Runtime.ExitError",
        "exit status 1: imagen-lambda cannot start: target/function.zip is built for Runtime=java25,",
        "parameter Runtime is provided.al2023.",
        "Deploy with Runtime=java25, MemorySize=1024 and a Release, or replace target/function.zip");
  }

  @Test
  @EnabledIfSystemProperty(named = IS_NATIVE, matches = "true")
  void theExecutablesFormUnderTheJavaRuntimeSaysWhatToDeploy() throws Exception {
    assertCannotStart(
        PackagedFunction.unzipped(task, work),
        "io.quarkus.amazon.lambda.runtime.WrongZip",
        "target/function.zip is built for Runtime=provided.al2023,",
        "parameter Runtime is java25.",
        "Deploy with Runtime=provided.al2023, or replace target/function.zip");
  }

  @Test
  @DisabledIfSystemProperty(named = IS_NATIVE, matches = "true")
  void theJvmFormRunsUnderTheJavaRuntimeAsItWasZipped() {
    try (LambdaFunction function = lab.functionOf(PackagedFunction.unzipped(task, work))) {
      Answer answer = function.invoke("{\"prompt\":\"a pier\"}");

      assertInstanceOf(Answer.Success.class, answer, answer::text);
    }
  }

  private Program bootstrap(Map<String, String> env) {
    return new Program("the bootstrap", List.of(task.resolve("bootstrap").toString()), env);
  }

  /** The error is in the answer to the invocation, and the message in the log, too. */
  private void assertCannotStart(Program program, String errorType, String... parts)
      throws InterruptedException {
    try (LambdaFunction function = lab.functionOf(program)) {
      Answer answer = function.invoke("{\"prompt\":\"a pier\"}");

      var error = assertInstanceOf(Answer.FunctionError.class, answer, answer::text);
      assertEquals(errorType, error.errorType(), error::errorMessage);
      for (String part : parts) {
        assertTrue(error.errorMessage().contains(part), error::errorMessage);
      }
      String line =
          function.output().awaitLine(each -> each.contains("imagen-lambda cannot start"), SOON);
      assertTrue(line.contains(parts[parts.length - 1]), line);
    }
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
