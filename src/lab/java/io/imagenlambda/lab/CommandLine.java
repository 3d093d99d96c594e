package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The options of {@code ./mvnw -Plab}: which there are, what each may be, and which are given.
 *
 * <p>{@code mvnw} runs this file by itself before anything is built, so that a mistake costs no
 * build. So it uses nothing but the JDK and {@link LabException}.
 */
final class CommandLine {
  /** The status of {@link #main} after {@code -Dhelp}: nothing is to be built. */
  private static final int HELPED = 3;

  /** What the build writes, and some images. */
  private static final long ROOM_MEGABYTES = 100;

  /** What becomes of a character that a locale without it reads. */
  private static final String LOST = "\uFFFD";

  /** How the provider fails on demand. The lab prints it with its examples. */
  static final String FAULTS =
      """
      Faults: [fault:…] in a prompt makes the provider fail, at every call with that prompt: [fault:429=1] always says
        429, and to come again in 1 second. Behind x is how often: [fault:429=1x1] says so once, [fault:429x2][fault:503]
        twice, and 503 from then on.
        400 403 408 500 503 504 524 quota bad-key no-model   the error; 429=s 503=s: come again in s seconds
        filtered=n all-filtered                              n images are filtered, or all
        cut=n stall=n drop                                   the answer ends or stops in image n, or before all
        slow=ms trickle=ms                                   it begins late, or comes in small pieces
        wrong-type not-an-image half-image=n                 bytes that are not what they should be
        thoughts=n declined finish=REASON                    Gemini's own
      """;

  /** What a value may be. */
  private sealed interface Allowed {
    boolean takes(String value);

    /** As it follows "must be". */
    String words();
  }

  private record WholeNumber(int least, int most) implements Allowed {
    @Override
    public boolean takes(String value) {
      try {
        int number = Integer.parseInt(value);
        return number >= least && number <= most;
      } catch (NumberFormatException e) {
        return false;
      }
    }

    @Override
    public String words() {
      return most == Integer.MAX_VALUE
          ? "a whole number, not less than " + least
          : "a whole number from %d to %d".formatted(least, most);
    }
  }

  private record OneOf(List<String> values) implements Allowed {
    static OneOf of(String... values) {
      return new OneOf(List.of(values));
    }

    @Override
    public boolean takes(String value) {
      return values.stream().anyMatch(value::equalsIgnoreCase);
    }

    @Override
    public String words() {
      return values.size() == 1 ? values.getFirst() : "one of " + String.join(", ", values);
    }
  }

  /** Maven makes {@code true} of an option without a value, which is no text. */
  private record Text(String words) implements Allowed {
    @Override
    public boolean takes(String value) {
      return !value.isBlank() && !value.equals("true");
    }
  }

  private record ListOf(Pattern each, String words) implements Allowed {
    @Override
    public boolean takes(String value) {
      List<String> parts = parts(value);
      return !parts.isEmpty() && parts.stream().allMatch(part -> each.matcher(part).matches());
    }
  }

  /**
   * An option.
   *
   * @param byDefault the value, or in words what happens without one
   */
  private record Option(String name, String purpose, Allowed allowed, String byDefault) {
    String help() {
      return "  -D%-20s %s%n  %22s must be %s; default: %s%n"
          .formatted(name, purpose, "", allowed.words(), byDefault);
    }
  }

  private static final OneOf FLAG = OneOf.of("true", "false");
  private static final WholeNumber PORT = new WholeNumber(0, 65_535);
  private static final WholeNumber PER_MINUTE = new WholeNumber(0, Integer.MAX_VALUE);

  private static final Option PROMPT =
      new Option(
          "prompt",
          "makes the images of this text, saves them in target/lab, and ends",
          new Text("a text, in quotes if it has spaces: -Dprompt=\"a lighthouse\""),
          "none, and the lab stays");

  /** The function says which of these its model takes. */
  private static final List<Option> OF_THE_PROMPT =
      List.of(
          new Option(
              "sampleCount",
              "how many images",
              new WholeNumber(1, 4),
              "4, and 1 for a Gemini model"),
          new Option(
              "aspectRatio",
              "width to height; Imagen has five of these, 1:1, 3:4, 4:3, 9:16 and 16:9",
              OneOf.of(
                  "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4",
                  "4:1", "1:8", "8:1"),
              "1:1, and a Gemini model's own choice"),
          new Option(
              "imageSize",
              "how large; Imagen has 1K and 2K",
              OneOf.of("512", "1K", "2K", "4K"),
              "1K"),
          new Option(
              "personGeneration",
              "which people may be seen; Imagen has no allow_none",
              OneOf.of("dont_allow", "allow_none", "allow_adult", "allow_all"),
              "allow_adult"),
          new Option(
              "json",
              "prints the result as JSON, and nothing else to standard output",
              FLAG,
              "false"));

  private static final List<Option> INSTEAD =
      List.of(
          new Option(
              "check",
              "asks the image API whether key, address and models are right, for free, and ends",
              FLAG,
              "false"),
          new Option("help", "prints this and ends; nothing is built or started", FLAG, "false"));

  private static final Option FREE_PORTS =
      new Option(
          "lab.ports",
          "any free ports for all that none is given for, so that labs run side by side",
          OneOf.of("any"),
          "the ports below");

  /** The settings of {@code quarkus:dev} name the ports too. */
  private static final List<Option> PORTS =
      List.of(
          new Option("lab.port", "the HTTP API and the page", PORT, "8080"),
          new Option("lab.s3.port", "S3", PORT, "9000"),
          new Option("lab.sqs.port", "SQS", PORT, "9324"),
          new Option("lab.predict.port", "the simulator of the image API", PORT, "9090"));

  private static final List<Option> OTHERS =
      List.of(
          new Option(
              "lab.quota",
              "how many requests of a model a minute the simulator lets through; 0 is all",
              PER_MINUTE,
              "0"),
          new Option("lab.quota.images", "how many images; 0 is all", PER_MINUTE, "0"),
          new Option(
              "lab.quota.retryInfo", "whether a refusal says when to come again", FLAG, "true"),
          new Option(
              "lab.cors",
              "the web pages whose scripts may call and read images",
              new ListOf(
                  Pattern.compile("\\*|https?://[^/,\\s]+"),
                  "origins such as http://localhost:5173, commas between them, or *"),
              "none"),
          new Option(
              "lab.keys",
              "lets in only who has one of these keys; the page has none",
              // The function uses no shorter one.
              new ListOf(
                  Pattern.compile(".{16,}"), "keys of 16 characters at least, commas between them"),
              "none, and everybody may call"),
          new Option(
              "lab.arguments",
              "arguments of the function's process",
              new Text("arguments such as -Xmx64m, spaces between them"),
              "none"));

  private static final List<Option> ALL =
      Stream.of(List.of(PROMPT), OF_THE_PROMPT, INSTEAD, List.of(FREE_PORTS), PORTS, OTHERS)
          .flatMap(List::stream)
          .toList();

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
        System.out.print(help());
        status = HELPED;
      } else {
        line.check();
        line.checkMachine();
        status = 0;
      }
    } catch (LabException e) {
      System.err.println("lab: " + e.getMessage());
    }
    System.exit(status);
  }

  /** Every option, with its default and what it may be. */
  static String help() {
    return """
    ./mvnw -Plab                   builds the function and runs it in a small local AWS until Ctrl-C
    ./mvnw -Plab -Dprompt="…"      makes the images of one request and ends
    ./mvnw -Plab -Dlab.ports=any   a second lab beside the first

    One request; it runs on free ports:
    %s
    Instead of a lab:
    %s
    Ports, of which 0 is any free one; the lab prints which:
    %s
    The lab that stays, and its function:
    %s
    Environment variables: TOKAIFY_API_KEY calls the real image API, which costs money, instead of the simulator, at
    TOKAIFY_BASE_URL if that is set; IMAGEN_MODEL and IMAGEN_FALLBACK_MODELS are the models.

    %s
    Objects are files in target/lab/s3, which all labs of this directory share. README.md has more.
    """
        .formatted(
            help(Stream.concat(Stream.of(PROMPT), OF_THE_PROMPT.stream())),
            help(INSTEAD.stream()),
            help(Stream.concat(Stream.of(FREE_PORTS), PORTS.stream())),
            help(OTHERS.stream()),
            FAULTS);
  }

  private static String help(Stream<Option> options) {
    return options.map(Option::help).collect(Collectors.joining());
  }

  /**
   * Checks all that is given.
   *
   * @throws LabException naming the first option that is wrong, and what it may be
   */
  void check() {
    for (String name : given.keySet()) {
      for (Option option : ALL) {
        if (name.equalsIgnoreCase(option.name) && !name.equals(option.name)) {
          throw new LabException(
              "-D%s is not an option: -D%s is meant".formatted(name, option.name));
        }
      }
      if (name.startsWith("lab.") && ALL.stream().noneMatch(each -> each.name.equals(name))) {
        throw new LabException(
            "-D%s is not an option: ./mvnw -Plab -Dhelp lists them".formatted(name));
      }
    }
    for (Option option : ALL) {
      text(option.name).ifPresent(value -> check(option, value));
    }
    if (text("prompt").isPresent() && isOn("check")) {
      throw new LabException("-Dcheck makes no image: leave it or -Dprompt out");
    }
    if (text("prompt").isEmpty()) {
      for (Option option : OF_THE_PROMPT) {
        if (text(option.name).isPresent()) {
          throw new LabException(
              "-D%s is for one request, and -Dprompt=\"…\" is missing".formatted(option.name));
        }
      }
    }
  }

  private void check(Option option, String value) {
    if (value.contains(LOST) && !readsAscii()) {
      throw new LabException(
          "-D%s is not text in UTF-8: set the terminal to UTF-8 and type it again"
              .formatted(option.name));
    }
    if (value.contains(LOST) || (value.contains("?") && readsAscii())) {
      throw new LabException(
          ("-D%s cannot be read, as the locale (%s) has no other letters than ASCII's and makes"
                  + " question marks of them: type LC_ALL=C.UTF-8 ./mvnw -Plab -D%s=…")
              .formatted(option.name, nativeEncoding, option.name));
    }
    if (!option.allowed.takes(value)) {
      throw new LabException(
          "-D%s is %s but must be %s".formatted(option.name, value, option.allowed.words()));
    }
  }

  private boolean readsAscii() {
    return nativeEncoding.equals(US_ASCII.name()) || US_ASCII.aliases().contains(nativeEncoding);
  }

  /**
   * Checks that disks have room, and that the ports of a lab that stays are free.
   *
   * @throws LabException naming what to free, or what to type instead
   */
  void checkMachine() {
    for (String property : List.of("basedir", "java.io.tmpdir")) {
      Path directory = Path.of(System.getProperty(property, "")).toAbsolutePath();
      try {
        checkRoom(directory, Files.getFileStore(directory).getUsableSpace());
      } catch (IOException e) {
        throw new LabException("%s cannot be used: %s".formatted(directory, e.getMessage()), e);
      }
    }
    if (stays()) {
      checkPorts();
    }
  }

  /** Checks that a directory has room. */
  static void checkRoom(Path directory, long usableBytes) {
    long megabytes = usableBytes >> 20;
    if (megabytes < ROOM_MEGABYTES) {
      throw new LabException(
          "the disk of %s is full: it has %d MB left, and the lab needs %d"
              .formatted(directory, megabytes, ROOM_MEGABYTES));
    }
  }

  private void checkPorts() {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (Option port : PORTS) {
        held.add(listen(port)); // held, so that two options with the same port are noticed
      }
    } finally {
      held.forEach(CommandLine::close);
    }
  }

  private ServerSocket listen(Option option) {
    int port = number(option.name);
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new LabException(
          ("port %d is not free for %s (%s): type ./mvnw -Plab -Dlab.ports=any for free ports, or"
                  + " -D%s=… for another")
              .formatted(port, option.purpose, e.getMessage(), option.name),
          e);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new LabException("a port cannot be given back: " + e.getMessage(), e);
    }
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
    boolean anyPort = given.containsKey(FREE_PORTS.name);
    for (Option option : PORTS) {
      if (anyPort && option.name.equals(name)) {
        return "0";
      }
    }
    return ALL.stream()
        .filter(option -> option.name.equals(name))
        .map(Option::byDefault)
        .findFirst()
        .orElseThrow();
  }

  /** The values that are given with commas between them. */
  List<String> list(String name) {
    return text(name).map(CommandLine::parts).orElse(List.of());
  }

  private static List<String> parts(String value) {
    return Stream.of(value.split(",", -1)).map(String::strip).filter(p -> !p.isEmpty()).toList();
  }
}
