package io.imagenlambda.lab;

import io.imagenlambda.lab.CommandOption.ListOf;
import io.imagenlambda.lab.CommandOption.OneOf;
import io.imagenlambda.lab.CommandOption.Text;
import io.imagenlambda.lab.CommandOption.WholeNumber;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which options {@code ./mvnw -Plab} has, and its help, which lists them. */
final class CommandOptions {
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

  private static final OneOf FLAG = OneOf.of("true", "false");
  private static final WholeNumber PORT = new WholeNumber(0, 65_535);
  private static final WholeNumber PER_MINUTE = new WholeNumber(0, Integer.MAX_VALUE);

  static final CommandOption PROMPT =
      new CommandOption(
          "prompt",
          "makes the images of this text, saves them in target/lab, and ends",
          new Text("a text, in quotes if it has spaces: -Dprompt=\"a lighthouse\""),
          "none, and the lab stays");

  /** The function says which of these its model takes. */
  static final List<CommandOption> OF_THE_PROMPT =
      List.of(
          new CommandOption(
              "sampleCount",
              "how many images",
              new WholeNumber(1, 4),
              "4, and 1 for a Gemini model"),
          new CommandOption(
              "aspectRatio",
              "width to height; Imagen has five of these, 1:1, 3:4, 4:3, 9:16 and 16:9",
              OneOf.of(
                  "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4",
                  "4:1", "1:8", "8:1"),
              "1:1, and a Gemini model's own choice"),
          new CommandOption(
              "imageSize",
              "how large; Imagen has 1K and 2K",
              OneOf.of("512", "1K", "2K", "4K"),
              "1K"),
          new CommandOption(
              "personGeneration",
              "which people may be seen; Imagen has no allow_none",
              OneOf.of("dont_allow", "allow_none", "allow_adult", "allow_all"),
              "allow_adult"),
          new CommandOption(
              "json",
              "prints the result as JSON, and nothing else to standard output",
              FLAG,
              "false"));

  static final List<CommandOption> INSTEAD =
      List.of(
          new CommandOption(
              "check",
              "asks the image API whether key, address and models are right, for free, and ends",
              FLAG,
              "false"),
          new CommandOption(
              "help", "prints this and ends; nothing is built or started", FLAG, "false"));

  static final CommandOption FREE_PORTS =
      new CommandOption(
          "lab.ports",
          "any free ports for all that none is given for, so that labs run side by side",
          OneOf.of("any"),
          "the ports below");

  /** The settings of {@code quarkus:dev} name the ports too. */
  static final List<CommandOption> PORTS =
      List.of(
          new CommandOption("lab.port", "the HTTP API and the page", PORT, "8080"),
          new CommandOption("lab.s3.port", "S3", PORT, "9000"),
          new CommandOption("lab.sqs.port", "SQS", PORT, "9324"),
          new CommandOption("lab.predict.port", "the simulator of the image API", PORT, "9090"));

  static final List<CommandOption> OTHERS =
      List.of(
          new CommandOption(
              "lab.quota",
              "how many requests of a model a minute the simulator lets through; 0 is all",
              PER_MINUTE,
              "0"),
          new CommandOption("lab.quota.images", "how many images; 0 is all", PER_MINUTE, "0"),
          new CommandOption(
              "lab.quota.retryInfo", "whether a refusal says when to come again", FLAG, "true"),
          new CommandOption(
              "lab.cors",
              "the web pages whose scripts may call and read images",
              new ListOf(
                  Pattern.compile("\\*|https?://[^/,\\s]+"),
                  "origins such as http://localhost:5173, commas between them, or *"),
              "none"),
          new CommandOption(
              "lab.keys",
              "lets in only who has one of these keys; the page has none",
              // The function uses no shorter one.
              new ListOf(
                  Pattern.compile(".{16,}"), "keys of 16 characters at least, commas between them"),
              "none, and everybody may call"),
          new CommandOption(
              "lab.arguments",
              "arguments of the function's process",
              new Text("arguments such as -Xmx64m, spaces between them"),
              "none"));

  static final List<CommandOption> ALL =
      Stream.of(List.of(PROMPT), OF_THE_PROMPT, INSTEAD, List.of(FREE_PORTS), PORTS, OTHERS)
          .flatMap(List::stream)
          .toList();

  private CommandOptions() {}

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

  private static String help(Stream<CommandOption> options) {
    return options.map(CommandOption::help).collect(Collectors.joining());
  }
}
