package io.imagenlambda.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One fuzzer in a process of its own, as Jazzer wants it. */
record FuzzRun(FuzzTarget target, Process process, Path log) {
  /** In MiB. An input that needs more is broken: the function itself has 64. */
  private static final int HEAP = 512;

  private static final int SECONDS_AN_INPUT = 10;

  /** As libFuzzer ends. */
  private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in \\d+ second");

  private static final Pattern FOUND = Pattern.compile("Test unit written to (\\S+)");

  static FuzzRun start(FuzzTarget target, Duration time, Path directory) throws IOException {
    String name = target.name().toLowerCase(Locale.ROOT);
    Path corpus = Files.createDirectories(directory.resolve(name));
    Path log = directory.resolve(name + ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP + "m",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-classpath",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.test()));
    if (target.hasReference()) {
      command.add("--instrumentation_includes=io.imagenlambda.**");
    }
    command.addAll(
        List.of(
            "-max_total_time=" + time.toSeconds(),
            "-timeout=" + SECONDS_AN_INPUT,
            corpus.toString(),
            target.samples()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return new FuzzRun(target, process, log);
  }

  /** Waits for the end, which is 0 where nothing was found. */
  int await() throws InterruptedException {
    return process.waitFor();
  }

  /** What it came to, in one line. */
  String summary() throws IOException {
    String said = Files.readString(log);
    String name = target.name().toLowerCase(Locale.ROOT);
    Matcher done = DONE.matcher(said);
    Matcher found = FOUND.matcher(said);
    return "%-8s %,12d inputs tried, %s"
        .formatted(
            name,
            done.find() ? Long.parseLong(done.group(1)) : 0,
            found.find()
                ? "one breaks it: " + found.group(1)
                : process.exitValue() == 0 ? "none breaks it" : "and no end: see " + log);
  }
}
