package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.imagenlambda.lab.CommandOption.ListOf;
import io.imagenlambda.lab.http.LabException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The command line of {@code ./mvnw -Plab}: which of the {@link CommandOptions} are given.
 *
 * <p>{@code mvnw} runs this file by itself before anything is built, so that a mistake costs no
 * build. So it and what it uses need nothing but the JDK.
 */
final class CommandLine {
  /** The status of {@link #main} after {@code -Dhelp}: nothing is to be built. */
  private static final int HELPED = 3;

  /** What becomes of a character that a locale without it reads. */
  private static final String LOST = "\uFFFD";

  private final Map<String, String> given;
  private final String nativeEncoding;

  private CommandLine(Map<String, String> given, String nativeEncoding) {
    this.given = Map.copyOf(given);
    this.nativeEncoding = nativeEncoding;
  }

  /**
   * What {@code mvnw} was called with.
   *
   * @param nativeEncoding the encoding in which Java has read it
   */
  static CommandLine of(String nativeEncoding, String... arguments) {
    Map<String, String> given = new HashMap<>();
    Iterator<String> all = List.of(arguments).iterator();
    while (all.hasNext()) {
      String argument = all.next();
      if ((argument.equals("-D") || argument.equals("--define")) && all.hasNext()) {
        define(given, all.next());
      } else if (argument.startsWith("--define=")) {
        define(given, argument.substring("--define=".length()));
      } else if (argument.startsWith("-D")) {
        define(given, argument.substring("-D".length()));
      }
    }
    return new CommandLine(given, nativeEncoding);
  }

  /** As Maven does it. */
  private static void define(Map<String, String> given, String definition) {
    int equals = definition.indexOf('=');
    if (equals < 0) {
      given.put(definition.strip(), "true");
    } else {
      given.put(definition.substring(0, equals).strip(), definition.substring(equals + 1));
    }
  }

  /** What Maven has made of the command line. */
  static CommandLine of(Properties properties) {
    Map<String, String> given = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      given.put(name, properties.getProperty(name, ""));
    }
    return new CommandLine(given, nativeEncoding());
  }

  private static String nativeEncoding() {
    return System.getProperty("sun.jnu.encoding", "UTF-8");
  }

  /** Prints what is wrong and ends with 1, or with 0 if there is something to build. */
  public static void main(String[] arguments) {
    int status = 1;
    try {
      CommandLine line = of(nativeEncoding(), arguments);
      if (line.isOn("help")) {
        System.out.print(CommandOptions.help());
        status = HELPED;
      } else {
        line.check();
        Machine.check(line);
        status = 0;
      }
    } catch (LabException e) {
      System.err.println("lab: " + e.getMessage());
    }
    System.exit(status);
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
