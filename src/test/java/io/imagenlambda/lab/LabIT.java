package io.imagenlambda.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;

/** The packaged function under AWS's own runtime, or as an executable where one has been built. */
class LabIT {
  @Test
  void thePackagedFunctionStartsAndAsksForEvents() {
    try (Lab lab = Lab.start(LabOptions.forTests())) {
      lab.function().start();
      assertEquals(1, lab.function().timings().size());
      assertNotNull(lab.function().timings().getFirst().init());
    }
  }
}
