package io.imagenlambda.lab.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallTmpTest {
  @TempDir private Path tmp;

  @BeforeEach
  void mountingMustBePossible() {
    assumeTrue(SmallTmp.isPossible(), "this machine does not let us mount");
  }

  @Test
  void aFileThatDoesNotFitCannotBeWritten() throws Exception {
    assertEquals(0, status("head -c 900000 /dev/zero > %s/file".formatted(tmp)));
    assertTrue(status("head -c 1100000 /dev/zero 2>&1 > %s/file".formatted(tmp)) != 0);
  }

  @Test
  void theProcessThatIsStartedIsTheProgramItself() throws Exception {
    Process process = start("exec sleep 600");
    try {
      while (!process.info().command().orElse("").endsWith("sleep")) {
        Thread.onSpinWait();
      }
      assertEquals(0, process.descendants().count());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private int status(String script) throws IOException, InterruptedException {
    return start(script).waitFor();
  }

  private Process start(String script) throws IOException {
    Program program = new Program("a script", List.of("sh", "-c", script), Map.of());
    return new ProcessBuilder(SmallTmp.of(program, 1).commandLine(tmp)).start();
  }
}
