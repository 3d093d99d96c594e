package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

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
  void aFunctionThatCannotStartIsReportedInOneLine() {
    try (LambdaFunction broken = lab.functionWith(Map.of("QUARKUS_LOG_LEVEL", "nonsense"))) {
      LabException died = assertThrows(LabException.class, broken::start);
      assertTrue(died.getMessage().startsWith(broken.program().name() + " died at init: "));
      assertTrue(died.getMessage().contains("quarkus.log.level"), died.getMessage());
      assertEquals(1, died.getMessage().lines().count());
    }
  }
}
