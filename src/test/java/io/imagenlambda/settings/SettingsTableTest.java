package io.imagenlambda.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code deploy/settings.md} has every variable that the function reads, and no other. */
final class SettingsTableTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| ");
  private static final Pattern NAME = Pattern.compile("`([A-Z]+(?:_[A-Z]+)+)`");

  private final Set<String> all =
      Stream.of(SettingName.values())
          .map(Enum::name)
          .collect(Collectors.toCollection(TreeSet::new));

  @Test
  void theTableHasARowForEachVariable() throws IOException {
    assertEquals(all, found(ROW, "deploy/settings.md"));
  }

  @Test
  void theReadmeNamesOnlyVariablesThatThereAre() throws IOException {
    Set<String> unknown = found(NAME, "README.md");
    unknown.removeAll(all);

    assertEquals(Set.of(), unknown);
  }

  private static Set<String> found(Pattern pattern, String document) throws IOException {
    return pattern
        .matcher(Files.readString(Path.of(document)))
        .results()
        .map(each -> each.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
