package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls that take minutes: their connections, and the time that a function has for them. */
final class LongCallsIT extends LabCase {
  private static final String ESTABLISHED = "01";

  /** The kind of timer that probes a silent connection; the kernel counts in hundredths. */
  private static final String KEEP_ALIVE = "02";

  LongCallsIT() {
    super(LabOptions.forTests().timeout(Duration.ofSeconds(30)));
  }

  @Test
  void aConnectionOnWhichNothingComesIsProbedEveryMinute() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "connections are listed by Linux");
    Thread call =
        Thread.ofVirtual()
            .start(() -> lab.function().invoke("{\"prompt\":\"[fault:slow=8000] a pier\"}"));

    long probedAfter = -1;
    // One option switches the probes on, another sets their time: the kernel's own is seen between.
    while (call.isAlive() && !isWithinAMinute(probedAfter)) {
      probedAfter = timer();
    }
    call.join();

    assertTrue(isWithinAMinute(probedAfter), probedAfter + " hundredths of a second");
  }

  private static boolean isWithinAMinute(long hundredths) {
    return hundredths > 0 && hundredths <= 6000;
  }

  /** When the connection to the provider is probed, in hundredths of a second; -1 for never. */
  private long timer() throws IOException {
    String provider = ":%04X".formatted(lab.predict().url().getPort());
    List<String> connections = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
    Path others = Path.of("/proc/net/tcp6");
    connections.addAll(Files.exists(others) ? Files.readAllLines(others) : List.of());
    for (String connection : connections) {
      String[] columns = connection.strip().split("\\s+", -1);
      String[] timer = columns[5].split(":", -1);
      if (columns[2].endsWith(provider)
          && columns[3].equals(ESTABLISHED)
          && timer[0].equals(KEEP_ALIVE)) {
        return Long.parseLong(timer[1], 16);
      }
    }
    return -1;
  }

  @Test
  void theFirstInvocationWarnsOfCallsThatAreLongerThanItself() throws InterruptedException {
    try (LambdaFunction function = lab.functionWith(Map.of("IMAGEN_TIMEOUT", "9m"))) {
      function.invoke("{\"id\":\"warned\",\"prompt\":\"a pier\"}");
      function.invoke("{\"id\":\"not-again\",\"prompt\":\"a pier\"}");

      await(function, "\"id\":\"not-again\"");
      List<String> warnings =
          function.output().lines().stream().filter(line -> line.contains("WARN")).toList();
      assertEquals(1, warnings.size(), warnings::toString);
      assertTrue(
          warnings
              .getFirst()
              .contains("IMAGEN_TIMEOUT is 540 s, but this function is stopped after 30 s"),
          warnings::toString);
    }
  }

  @Test
  void nobodyIsWarnedWhereTheTimesFit() throws InterruptedException {
    try (LambdaFunction function = lab.functionWith(Map.of("IMAGEN_TIMEOUT", "20s"))) {
      function.invoke("{\"id\":\"fits\",\"prompt\":\"a pier\"}");

      await(function, "\"id\":\"fits\"");
      assertTrue(function.output().lines().stream().noneMatch(line -> line.contains("WARN")));
    }
  }

  private static void await(LambdaFunction function, String text) throws InterruptedException {
    var _ = function.output().awaitLine(line -> line.contains(text), Duration.ofSeconds(30));
  }
}
