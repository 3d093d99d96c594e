package io.imagenlambda.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code mvnw} does, in a project of its own that has the sources of the start alone. Maven is
 * a script that prints what Maven would, and the lab that it builds is a program that prints its
 * arguments.
 */
@DisabledOnOs(OS.WINDOWS) // mvnw is a shell's
class MvnwTest {
  private static final Path LAB = Path.of("src/lab/java/io/imagenlambda/lab");

  @TempDir private Path work;
  private Path project = Path.of("");

  private record Run(int status, String out, String err) {}

  @BeforeEach
  void makeProject() throws IOException {
    project = work.resolve("a project");
    copy(Path.of("mvnw"));
    for (String each :
        List.of(
            "Build",
            "Built",
            "ClassPath",
            "CommandLine",
            "CommandOption",
            "CommandOptions",
            "Machine",
            "Progress",
            "Start",
            "http/LabException")) {
      copy(LAB.resolve(each + ".java"));
    }
    Files.writeString(
        work.resolve("LabMain.java"),
        """
        package io.imagenlambda.lab;

        class LabMain {
          static void main(String[] arguments) {
            for (String argument : arguments) {
              System.out.println(argument);
            }
          }
        }
        """);
    maven(
        """
        echo "[INFO] Compiling 92 source files with javac to target/lab-classes"
        cd "$(dirname "$2")"
        classes=target/lab-classes
        "$JAVA_HOME/bin/javac" -d $classes -sourcepath src/lab/java src/lab/java/io/imagenlambda/lab/Start.java "$(dirname "$0")/../LabMain.java" &&
          mkdir -p target/lab/jars && "$JAVA_HOME/bin/jar" --create --file target/lab/jars/lab-classes.jar -C $classes . &&
          printf -- '--class-path\n"%s"\n' "$PWD/target/lab/jars/lab-classes.jar" >target/lab/class-path
        """);
  }

  private void copy(Path file) throws IOException {
    Path copy = project.resolve(file);
    Files.createDirectories(Objects.requireNonNull(copy.getParent()));
    Files.copy(file, copy);
  }

  /** Makes this script Maven, after it has written its arguments to a file. */
  private void maven(String script) throws IOException {
    Path mvn = work.resolve("bin").resolve("mvn");
    Files.createDirectories(Objects.requireNonNull(mvn.getParent()));
    Files.writeString(
        mvn, "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$(dirname \"$0\")/../calls\"\n" + script);
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwx------"));
  }

  private List<String> calls() throws IOException {
    Path calls = work.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  @Test
  void theFirstStartSaysWhatItDoesAndALaterOneBuildsNothing() throws Exception {
    Run first = mvnw("-Plab -Dprompt=灯塔 -Dquarkus.profile=a");
    assertEquals(0, first.status, first.err);
    List<String> arguments = List.of("-Plab", "-Dprompt=灯塔", "-Dquarkus.profile=a");
    assertEquals(arguments, first.out.lines().toList());
    List<String> lines = first.err.lines().toList();
    assertTrue(lines.getFirst().contains("The first time takes about four minutes"), first.err);
    assertTrue(lines.get(1).endsWith(" s  compiles the lab, 92 files"), first.err);
    assertTrue(lines.getLast().endsWith(" s  built"), first.err);
    List<String> maven =
        List.of("-f", project + "/pom.xml", "-B", "-Plab", "-Dquarkus.profile=a", "package");
    assertEquals(maven, calls());

    Run later = mvnw("-Plab -Dprompt=灯塔 -Dquarkus.profile=a");
    assertEquals(new Run(0, String.join("\n", arguments) + "\n", ""), later);
    assertEquals(maven, calls());

    Files.writeString(project.resolve(LAB).resolve("New.java"), "package io.imagenlambda.lab;");
    Run changed = mvnw("-Plab -Dprompt=灯塔 -Dquarkus.profile=a");
    assertTrue(changed.err.startsWith("Builds the lab, which has changed"), changed.err);
    assertEquals("process-test-classes", calls().getLast());
  }

  @Test
  void aBuildThatFailsIsExplainedAndTriedAgain() throws Exception {
    maven("echo '[INFO] much else'; echo '[ERROR] Lab.java:[1,2] a word is missing'; exit 1");
    for (int attempt = 1; attempt <= 2; attempt++) {
      Run run = mvnw("-Plab");
      assertEquals(1, run.status);
      assertEquals("", run.out);
      assertTrue(run.err.contains("[ERROR] Lab.java:[1,2] a word is missing\n"), run.err);
      assertFalse(run.err.contains("much else"), run.err);
      assertTrue(run.err.contains("lab: the build failed; all that Maven said is in "), run.err);
      assertEquals(attempt, calls().stream().filter("package"::equals).count());
    }
  }

  @Test
  void aDiskThatFillsUpDuringTheBuildIsNamed() throws Exception {
    maven("echo '[ERROR] Cannot write lab.jar: No space left on device'; exit 1");
    Run run = mvnw("-Plab");
    assertEquals(1, run.status);
    assertTrue(
        run.err.endsWith("lab: the disk is full: free some of it and start again\n"), run.err);
  }

  @Test
  void aGoalIsForMavenItself() throws Exception {
    maven("");
    assertEquals(new Run(0, "", ""), mvnw("-Plab dependency:tree"));
    assertEquals(List.of("-f", project + "/pom.xml", "-Plab", "dependency:tree"), calls());
  }

  @Test
  void mavenPrintsNothingOfItsOwnBesideAProgram() throws Exception {
    maven("echo $MAVEN_OPTS");
    Run run = mvnw("-Pbench");
    assertTrue(calls().contains("-q"), calls()::toString);
    assertTrue(run.out.contains("-Djansi.noreset=true"), run.out);
  }

  @Test
  void helpIsPrintedAndNothingIsBuilt() throws Exception {
    Run run = mvnw("-Plab -Dhelp");
    assertEquals(new Run(0, CommandOptions.help(), ""), run);
    assertEquals(List.of(), calls());
  }

  @Test
  void aWrongOptionIsRefusedAndNothingIsBuilt() throws Exception {
    Run run = mvnw("-Plab -Dprompt=pier -DsampleCount=abc");
    assertEquals(
        new Run(1, "", "lab: -DsampleCount is abc but must be a whole number from 1 to 4\n"), run);
    assertEquals(List.of(), calls());
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
    Path script =
        Files.writeString(
            work.resolve("script"), "cd '" + project + "' && exec ./mvnw " + arguments + "\n");
    Path out = work.resolve("out");
    Path err = work.resolve("err");
    ProcessBuilder shell =
        new ProcessBuilder("sh", script.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> env = shell.environment();
    env.keySet()
        .removeAll(
            List.of("LC_ALL", "LC_CTYPE", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "MAVEN_OPTS"));
    env.put("LANG", "C");
    env.put("JAVA_HOME", System.getProperty("java.home"));
    env.put("PATH", work.resolve("bin") + ":" + System.getenv("PATH"));
    int status = shell.start().waitFor();
    return new Run(status, Files.readString(out), Files.readString(err));
  }
}
