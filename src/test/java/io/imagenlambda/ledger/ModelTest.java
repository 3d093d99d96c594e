package io.imagenlambda.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The model of the claim protocol names the code that it models. */
class ModelTest {
  private static final Path MODEL = Path.of("src/model/claims.pml");

  /** A row of the table at its head: a label and a method. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^ \\* ([A-Z]+) +([A-Z]\\w*\\.[a-z]\\w*)$");

  @Test
  void everyMethodThatTheModelNamesIsInTheCode() throws IOException {
    Set<String> methods =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.imagenlambda")
                .stream()
                .flatMap(type -> type.getMethods().stream())
                .map(ModelTest::name)
                .collect(Collectors.toSet());
    List<String> missing =
        rows().stream()
            .map(row -> row.group(2))
            .distinct()
            .filter(name -> !methods.contains(name))
            .toList();
    assertTrue(missing.isEmpty(), () -> "not in the code: " + missing);
  }

  @Test
  void everyLabelOfTheTableIsInTheModel() throws IOException {
    String model = Files.readString(MODEL);
    String steps = model.substring(model.indexOf("*/"));
    List<String> missing =
        rows().stream()
            .map(row -> row.group(1))
            .filter(label -> !Pattern.compile("\\b" + label + "\\b").matcher(steps).find())
            .toList();
    assertTrue(missing.isEmpty(), () -> "not in the model: " + missing);
  }

  private static List<MatchResult> rows() throws IOException {
    List<MatchResult> rows = ROW.matcher(Files.readString(MODEL)).results().toList();
    assertTrue(rows.size() > 10, "the table at the head of " + MODEL + " is not read");
    return rows;
  }

  private static String name(JavaMethod method) {
    JavaClass owner = method.getOwner();
    return owner.getSimpleName() + "." + method.getName();
  }
}
