package io.imagenlambda.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code mvnw} does before it starts Maven. A program that prints its arguments and options is
 * Maven.
 */
@DisabledOnOs(OS.WINDOWS) // mvnw is a shell's
class MvnwTest {
  @TempDir private static Path bin;
  @TempDir private Path work;

  private record Run(int status, String out, String err) {}

  @BeforeAll
  static void replaceMaven() throws IOException {
    Path program =
        Files.writeString(
            bin.resolve("Maven.java"),
            """
            void main(String[] arguments) {
              for (String argument : arguments) {
                System.out.println(argument);
              }
              System.err.println(System.getenv("MAVEN_OPTS"));
            }
            """);
    Path mvn =
        Files.writeString(
            bin.resolve("mvn"),
            """
            #!/bin/sh
            exec "$JAVA_HOME/bin/java" "%s" "$@"
            """
                .formatted(program));
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void thePromptArrivesWholeInTheLocaleC() throws Exception {
    Run run = mvnw("-Plab -Dprompt=灯塔");
    assertEquals(0, run.status, run.err);
    assertEquals(
        List.of("-f", "./pom.xml", "-q", "-Plab", "-Dprompt=灯塔"), run.out.lines().toList());
  }

  @Test
  void mavenPrintsNothingOfItsOwnBesideAProgram() throws Exception {
    Run run = mvnw("-Pbench");
    assertTrue(run.out.lines().toList().contains("-q"), run.out);
    assertTrue(run.err.contains("-Djansi.noreset=true"), run.err);
  }

  @Test
  void helpIsPrintedAndNothingIsBuilt() throws Exception {
    Run run = mvnw("-Plab -Dhelp");
    assertEquals(new Run(0, CommandOptions.help(), ""), run);
  }

  @Test
  void aWrongOptionIsRefusedAndNothingIsBuilt() throws Exception {
    Run run = mvnw("-Plab -Dprompt=pier -DsampleCount=abc");
    assertEquals(
        new Run(1, "", "lab: -DsampleCount is abc but must be a whole number from 1 to 4\n"), run);
  }

  @Test
  void aPortThatIsTakenIsFoundBeforeTheBuild() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      Run run = mvnw("-Plab -Dlab.ports=any -Dlab.port=" + port);
      assertEquals(1, run.status);
      assertEquals("", run.out);
      assertTrue(run.err.startsWith("lab: port " + port + " is not free"), run.err);
    }
  }

  /** Through a script, because this JVM may not be able to pass every letter as an argument. */
  private Run mvnw(String arguments) throws Exception {
    Path script = Files.writeString(work.resolve("script"), "exec ./mvnw " + arguments + "\n");
    Path out = work.resolve("out");
    Path err = work.resolve("err");
    ProcessBuilder shell =
        new ProcessBuilder("sh", script.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> env = shell.environment();
    env.keySet().removeAll(List.of("LC_ALL", "LC_CTYPE", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    env.put("LANG", "C");
    env.put("JAVA_HOME", System.getProperty("java.home"));
    env.put("PATH", bin + ":" + System.getenv("PATH"));
    int status = shell.start().waitFor();
    return new Run(status, Files.readString(out), Files.readString(err));
  }
}
