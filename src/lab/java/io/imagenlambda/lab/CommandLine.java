package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.imagenlambda.lab.CommandOption.ListOf;
import io.imagenlambda.lab.http.LabException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * The command line of {@code ./mvnw -Plab}: which of the {@link CommandOptions} are given.
 *
 * <p>{@link Start} uses this before anything is built. So it needs nothing but the JDK.
 */
final class CommandLine {
  /** Of Maven's output, the lab shows what it needs. */
  private static final Set<String> ABOUT_OUTPUT =
      Set.of("-B", "--batch-mode", "-ntp", "--no-transfer-progress", "-q", "--quiet");

  /** What becomes of a character that a locale without it reads. */
  private static final String LOST = "\uFFFD";

  private final Map<String, String> given;
  private final List<String> forMaven;
  private final String nativeEncoding;

  private CommandLine(Map<String, String> given, List<String> forMaven, String nativeEncoding) {
    this.given = Map.copyOf(given);
    this.forMaven = List.copyOf(forMaven);
    this.nativeEncoding = nativeEncoding;
  }

  /** What {@code mvnw} was called with. */
  static CommandLine typed(String... arguments) {
    return of(nativeEncoding(), arguments);
  }

  /**
   * What {@code mvnw} was called with.
   *
   * @param nativeEncoding the encoding in which Java has read it
   */
  static CommandLine of(String nativeEncoding, String... arguments) {
    Map<String, String> given = new HashMap<>();
    List<String> forMaven = new ArrayList<>();
    Iterator<String> all = List.of(arguments).iterator();
    while (all.hasNext()) {
      String argument = all.next();
      if ((argument.equals("-D") || argument.equals("--define")) && all.hasNext()) {
        define(given, forMaven, all.next());
      } else if (argument.startsWith("--define=")) {
        define(given, forMaven, argument.substring("--define=".length()));
      } else if (argument.startsWith("-D")) {
        define(given, forMaven, argument.substring("-D".length()));
      } else if (!argument.equals("-Plab") && !ABOUT_OUTPUT.contains(argument)) {
        forMaven.add(argument);
      }
    }
    return new CommandLine(given, forMaven, nativeEncoding);
  }

  /** As Maven does it. */
  private static void define(Map<String, String> given, List<String> forMaven, String definition) {
    int equals = definition.indexOf('=');
    String name = (equals < 0 ? definition : definition.substring(0, equals)).strip();
    given.put(name, equals < 0 ? "true" : definition.substring(equals + 1));
    if (CommandOptions.ALL.stream().noneMatch(option -> option.name().equals(name))) {
      forMaven.add("-D" + definition);
    }
  }

  /** What Maven has made of the command line. */
  static CommandLine of(Properties properties) {
    Map<String, String> given = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      given.put(name, properties.getProperty(name, ""));
    }
    return new CommandLine(given, List.of(), nativeEncoding());
  }

  private static String nativeEncoding() {
    return System.getProperty("sun.jnu.encoding", "UTF-8");
  }

  /**
   * Checks all that is given.
   *
   * @throws LabException naming the first option that is wrong, and what it may be
   */
  void check() {
    for (String name : given.keySet()) {
      for (CommandOption option : CommandOptions.ALL) {
        if (name.equalsIgnoreCase(option.name()) && !name.equals(option.name())) {
          throw new LabException(
              "-D%s is not an option: -D%s is meant".formatted(name, option.name()));
        }
      }
      if (name.startsWith("lab.")
          && CommandOptions.ALL.stream().noneMatch(each -> each.name().equals(name))) {
        throw new LabException(
            "-D%s is not an option: ./mvnw -Plab -Dhelp lists them".formatted(name));
      }
    }
    for (CommandOption option : CommandOptions.ALL) {
      text(option.name()).ifPresent(value -> check(option, value));
    }
    if (text("prompt").isPresent() && isOn("check")) {
      throw new LabException("-Dcheck makes no image: leave it or -Dprompt out");
    }
    if (text("prompt").isEmpty()) {
      for (CommandOption option : CommandOptions.OF_THE_PROMPT) {
        if (text(option.name()).isPresent()) {
          throw new LabException(
              "-D%s is for one request, and -Dprompt=\"…\" is missing".formatted(option.name()));
        }
      }
    }
  }

  private void check(CommandOption option, String value) {
    if (value.contains(LOST) && !readsAscii()) {
      throw new LabException(
          "-D%s is not text in UTF-8: set the terminal to UTF-8 and type it again"
              .formatted(option.name()));
    }
    if (value.contains(LOST) || (value.contains("?") && readsAscii())) {
      throw new LabException(
          ("-D%s cannot be read, as the locale (%s) has no other letters than ASCII's and makes"
                  + " question marks of them: type LC_ALL=C.UTF-8 ./mvnw -Plab -D%s=…")
              .formatted(option.name(), nativeEncoding, option.name()));
    }
    if (!option.allowed().takes(value)) {
      throw new LabException(
          "-D%s is %s but must be %s".formatted(option.name(), value, option.allowed().words()));
    }
  }

  private boolean readsAscii() {
    return nativeEncoding.equals(US_ASCII.name()) || US_ASCII.aliases().contains(nativeEncoding);
  }

  /** The arguments that are not the lab's. */
  List<String> forMaven() {
    return forMaven;
  }

  /** Whether Maven is asked for something else than the lab, such as a goal. */
  boolean asksMaven() {
    return forMaven.stream()
        .anyMatch(each -> !each.startsWith("-D") && !each.startsWith("-P") && !each.equals("-o"));
  }

  /** Whether the lab runs until Ctrl-C. */
  boolean stays() {
    return text("prompt").isEmpty() && !isOn("check");
  }

  /** The value that is given. */
  Optional<String> text(String name) {
    return Optional.ofNullable(given.get(name));
  }

  boolean isOn(String name) {
    return Boolean.parseBoolean(orDefault(name));
  }

  /** The number that is given, or the default. */
  int number(String name) {
    return Integer.parseInt(orDefault(name));
  }

  private String orDefault(String name) {
    return text(name).orElseGet(() -> byDefault(name));
  }

  private String byDefault(String name) {
    boolean anyPort = given.containsKey(CommandOptions.FREE_PORTS.name());
    for (CommandOption option : CommandOptions.PORTS) {
      if (anyPort && option.name().equals(name)) {
        return "0";
      }
    }
    return CommandOptions.ALL.stream()
        .filter(option -> option.name().equals(name))
        .map(CommandOption::byDefault)
        .findFirst()
        .orElseThrow();
  }

  /** The values that are given with commas between them. */
  List<String> list(String name) {
    return text(name).map(ListOf::parts).orElse(List.of());
  }
}
