package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.spool.Tmpfs;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A batch whose images are together twice as large as the disk under {@code /tmp}. */
final class SmallDiskIT extends LabCase {
  SmallDiskIT() {
    super(LabOptions.forTests());
  }

  @Test
  void ofSixRequestsThatShareTwentySixMegabytesNoImageIsLostAndTheStartWarns() throws IOException {
    Optional<Tmpfs> mounted = Tmpfs.ofMegabytes(26);
    assumeTrue(mounted.isPresent(), "nothing can be mounted here");
    try (Tmpfs disk = mounted.get();
        var function =
            lab.functionWith(
                Map.of("IMAGEN_CONCURRENCY", "6", "IMAGEN_MAX_IMAGE_BYTES", "8000000"),
                "-Djava.io.tmpdir=" + disk.directory())) {
      String messages =
          IntStream.range(0, 6).mapToObj(SmallDiskIT::message).collect(Collectors.joining(","));
      Answer answer = function.invoke("{\"Records\":[" + messages + "]}");

      var success = assertInstanceOf(Answer.Success.class, answer, answer::text);
      assertEquals("{\"batchItemFailures\":[]}", success.text());
      Set<String> images = new HashSet<>();
      for (int n = 0; n < 6; n++) {
        JsonPath result = stored.result("small-disk-" + n);
        assertEquals("succeeded", result.getString("status"), result::prettify);
        images.addAll(result.getList("images.sha256", String.class));
      }
      List<String> served = lab.predict().journal().imagesServed();
      assertEquals(12, served.size());
      assertEquals(Set.copyOf(served), images);
      assertTrue(
          function.output().lines().stream().anyMatch(line -> line.contains("will run")),
          () -> String.join("\n", function.output().lines()));
    }
  }

  private static String message(int number) {
    return """
    {"messageId":"m-%s","eventSource":"aws:sqs","body":
     "{\\"id\\":\\"small-disk-%s\\",\\"prompt\\":\\"[size:4MB] %s\\",\\"parameters\\":{\\"sampleCount\\":2}}"}\
    """
        .formatted(number, number, number);
  }
}
