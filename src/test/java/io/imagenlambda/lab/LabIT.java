package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged function under AWS's own runtime, or as an executable where one has been built. */
class LabIT {
  @AutoClose private static final Lab lab = Lab.start(LabOptions.forTests());

  @Test
  void thePackagedFunctionStartsAndAnswersAnyEventWithADocument() {
    lab.function().start();
    assertNotNull(lab.function().timings().getFirst().init());
    assertFalse(lab.function().invoke("{}").text().isEmpty());
  }

  @Test
  void argumentsReachTheFunctionsProcess() {
    try (LambdaFunction small = lab.functionWith(Map.of(), "-Xmx64m")) {
      small.start();
      long pid = small.timings().getFirst().pid();
      String line = ProcessHandle.of(pid).orElseThrow().info().commandLine().orElse("-Xmx64m");
      assertTrue(line.contains("-Xmx64m"), line);
    }
  }

  @Test
  void anEventAfterAKillIsTakenByANewProcess() {
    byte[] event = "{}".getBytes(UTF_8);
    try (LambdaFunction function = lab.functionWith(Map.of())) {
      String before = function.invoke(event, Duration.ofSeconds(20)).text();
      function.kill();
      assertEquals(before, function.invoke(event, Duration.ofSeconds(20)).text());
      assertEquals(2, function.timings().size());
    }
  }

  @Test
  void oneShotPrintsALineForEachImageOfTheSimulator(@TempDir Path directory) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CommandLine line = CommandLine.of("UTF-8", "-Dprompt=a pier", "-DsampleCount=2");
    List<Path> files =
        new OneShot(lab.function(), directory, new PrintStream(out, true, UTF_8), System.err)
            .run(line);
    assertEquals(2, files.size());
    List<String> lines = out.toString(UTF_8).lines().toList();
    assertEquals(2, lines.size());
    for (String each : lines) {
      assertTrue(each.matches("\\S+-[01]\\.png  \\d+ x \\d+, image/png, \\d+ KB"), each);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sampleCount", "aspectRatio", "imageSize", "personGeneration"})
  void anOptionMayBeWhatTheFunctionTakesFromAGeminiModel(String name) {
    String option = "-D" + name + "=9:9";
    CommandLine line = CommandLine.of("UTF-8", "-Dprompt=a pier", option);
    String ours = assertThrows(LabException.class, line::check).getMessage();
    String event =
        "{\"prompt\":\"a pier\",\"model\":\"gemini-nano-banana-2.1\",\"parameters\":{\"%s\":\"9:9\"}}"
            .formatted(name);
    String theirs =
        assertInstanceOf(Answer.FunctionError.class, lab.function().invoke(event)).errorMessage();
    assertTrue(theirs.endsWith(ours.substring(ours.indexOf(" but must be "))), theirs);
  }

  @Test
  void aFunctionThatCannotStartIsReportedInOneLine() {
    try (LambdaFunction broken = lab.functionWith(Map.of("QUARKUS_LOG_LEVEL", "nonsense"))) {
      LabException died = assertThrows(LabException.class, broken::start);
      assertTrue(died.getMessage().startsWith(broken.program().name() + " died at init: "));
      assertTrue(died.getMessage().contains("quarkus.log.level"), died.getMessage());
      assertEquals(1, died.getMessage().lines().count());
    }
  }
}
