package io.imagenlambda.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.imagenlambda.bench.Condition.MemoryLimit;
import io.imagenlambda.bench.MeasuredProcess.Failure;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.PackagedFunction;
import io.imagenlambda.lab.runtime.Program;
import io.imagenlambda.lab.runtime.SmallTmp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The most that Gemini's wire can bring for one request: four 4K images at the same time, each
 * after two thoughts of its size, and fourteen references in each of four calls. What is stored is
 * compared with what was sent, byte for byte.
 */
final class LargestRequestsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * As a Lambda function has it unless told otherwise; in memory here, beside the process's own.
   */
  private static final int TMP_MEGABYTES = 512;

  private static final int HEAP_MEGABYTES = 64;

  /** The smallest Lambda function. */
  private static final MemoryLimit SMALLEST = new MemoryLimit(128);

  private final Program function;

  LargestRequestsIT(@TempDir Path work) {
    String heap = "-Xmx%dm".formatted(HEAP_MEGABYTES);
    function = PackagedFunction.in(Path.of("target"), work, List.of(heap));
  }

  @Test
  void fourLargeImagesArriveIntactThroughASmallHeapAndTmp() throws Failure, IOException {
    assumeTrue(SmallTmp.isPossible(), "this machine does not let us mount");
    try (Lab lab = Lab.start(LabOptions.forTests().tmpMegabytes(TMP_MEGABYTES));
        MeasuredProcess process = new MeasuredProcess(lab, function, PATIENCE)) {
      process.call(Workload.GEMINI_FOUR_4K);
      if (Boolean.getBoolean("imagen.native")) {
        double peak = process.peakRssMebibytes();
        assertTrue(peak < SMALLEST.mebibytes(), "%.0f MiB".formatted(peak));
      }
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "imagen.native", matches = "true")
  void fourLargeImagesArriveIntactInTheSmallestFunction() throws Failure, IOException {
    Optional<Cgroups> cgroups = Cgroups.here();
    assumeTrue(cgroups.isPresent(), "this machine does not let us limit a process");
    try (Lab lab = Lab.start(LabOptions.forTests());
        Cgroup group = cgroups.orElseThrow().create(SMALLEST);
        MeasuredProcess process = new MeasuredProcess(lab, group.around(function), PATIENCE)) {
      process.call(Workload.GEMINI_FOUR_4K);
    }
  }

  @Test
  void fourteenReferencesGoIntoEachOfFourCallsThroughASmallHeap() throws Failure, IOException {
    try (Lab lab = Lab.start(LabOptions.forTests());
        MeasuredProcess process = new MeasuredProcess(lab, function, PATIENCE)) {
      Workload.GEMINI_FOURTEEN_REFERENCES.prepare(lab);
      process.call(Workload.GEMINI_FOURTEEN_REFERENCES);
      if (Boolean.getBoolean("imagen.native")) {
        double peak = process.peakRssMebibytes();
        assertTrue(peak < SMALLEST.mebibytes(), "%.0f MiB".formatted(peak));
      }
      assertEquals(
          List.of(14, 14, 14, 14),
          lab.predict().journal().calls().stream().map(call -> call.references().size()).toList());
    }
  }
}
