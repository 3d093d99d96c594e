package io.imagenlambda.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.Built.Need;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltTest {
  @TempDir private Path project;

  @BeforeEach
  void build() throws IOException {
    write("pom.xml", "pom");
    write("src/main/java/Function.java", "source");
    write("src/lab/java/Lab.java", "source");
    write("src/lab/page/page.js", "source");
    write("src/test/java/Test.java", "source");
    write("target/classes/Function.class", "class");
    write("target/lib/library.jar", "jar");
    write("target/function-runner.jar", "jar");
    write("target/lab-classes/Lab.class", "class");
    Path classes = write("target/lab/jars/lab-classes.jar", "jar");
    Path library = write("repository/library.jar", "jar");
    write("target/lab/class-path", "--class-path\n\"" + classes + ":" + library + "\"\n");
    built().keep();
  }

  @Test
  void nothingIsBuiltWhereNothingHasChanged() throws IOException {
    write("src/test/java/Test.java", "another");
    write("target/lab/s3/images/image.png", "image");
    assertEquals(Need.NOTHING, built().need());
  }

  @ParameterizedTest
  @CsvSource({
    "pom.xml, ALL",
    "src/main/java/Function.java, ALL",
    "src/main/java/New.java, ALL",
    "src/main/resources/application.properties, ALL",
    ".mvn/jvm.config, ALL",
    "target/classes/Function.class, ALL",
    "target/lib/library.jar, ALL",
    "target/function-runner.jar, ALL",
    "target/lab/built, ALL",
    "src/lab/java/Lab.java, LAB",
    "src/lab/page/page.js, LAB",
    "target/lab-classes/Lab.class, LAB",
    "target/lab/jars/lab-classes.jar, LAB"
  })
  void whatHasAnotherContentIsBuiltAnewWhateverItsTimeSays(String file, Need need)
      throws IOException {
    Path path = project.resolve(file);
    boolean existed = Files.exists(path);
    Path before = existed ? path : project;
    FileTime time = Files.getLastModifiedTime(before);
    write(file, "change");
    if (existed) {
      Files.setLastModifiedTime(path, time);
    }
    assertEquals(need, built().need());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "src/main/java/Function.java",
        "target/classes/Function.class",
        "target/function-runner.jar",
        "target/lab/built"
      })
  void whatIsGoneIsBuiltAnew(String file) throws IOException {
    Files.delete(project.resolve(file));
    assertEquals(Need.ALL, built().need());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "src/lab/java/Lab.java",
        "target/lab/class-path",
        "target/lab/jars/lab-classes.jar",
        "repository/library.jar"
      })
  void whatIsGoneOfTheLabIsBuiltAnew(String file) throws IOException {
    Files.delete(project.resolve(file));
    assertEquals(Need.LAB, built().need());
  }

  @Test
  void anotherOptionOfMavensIsAnotherBuild() throws IOException {
    assertEquals(Need.ALL, new Built(project, List.of("-Dquarkus.profile=a"), Map.of()).need());
  }

  @Test
  void aVariableThatQuarkusReadsIsAnotherBuild() throws IOException {
    assertEquals(Need.NOTHING, new Built(project, List.of(), Map.of("HOME", "/root")).need());
    assertEquals(Need.ALL, new Built(project, List.of(), Map.of("QUARKUS_PROFILE", "a")).need());
  }

  @Test
  void aFileThatChangesDuringTheBuildIsBuiltByTheNext() throws IOException {
    Built before = built();
    write("src/lab/java/Lab.java", "saved while Maven ran");
    before.keep();
    assertEquals(Need.LAB, built().need());
  }

  private Built built() throws IOException {
    return new Built(project, List.of(), Map.of());
  }

  private Path write(String name, String content) throws IOException {
    Path file = project.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return Files.writeString(file, content);
  }
}
