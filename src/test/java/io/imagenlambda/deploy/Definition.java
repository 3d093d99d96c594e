package io.imagenlambda.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;

/**
 * A state machine's definition under {@code deploy/}.
 *
 * @param text as it is written
 * @param states the states by their names
 */
record Definition(String text, JsonNode states) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{(\\w+)}");

  static Definition read(Path file) {
    try {
      String text = Files.readString(file);
      return new Definition(text, JSON.<JsonNode>valueToTree(new Yaml().load(text)).path("States"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of what the template has to fill in. */
  Set<String> open() {
    return SUBSTITUTION
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
