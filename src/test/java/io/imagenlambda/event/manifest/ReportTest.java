package io.imagenlambda.event.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReportTest {
  @Test
  void aReportOfAHundredThousandLinesFitsLambdasAnswerAndSaysWhatItLeavesOut() throws Exception {
    List<Report> chunks =
        IntStream.range(0, 100_000)
            .mapToObj(line ->
                line % 2 == 0
                    ? Report.queued("x".repeat(128))
                    : Report.invalid("s3://b/k", line, "x".repeat(128), "y".repeat(300)))
            .toList();

    Report report = Report.all(List.of(Report.all(chunks), Report.ignored("z")));

    assertEquals(List.of(5000, 5000, 1), sizes(report));
    assertEquals(90_000, report.omitted());
    byte[] json = new ObjectMapper().writeValueAsBytes(report);
    assertTrue(json.length < 6_000_000, json.length + " bytes");
  }

  @Test
  void whatIsEmptyIsLeftOut() throws Exception {
    assertEquals(
        "{\"queued\":[\"a\",\"b\"]}",
        new ObjectMapper()
            .writeValueAsString(Report.all(List.of(Report.queued("a"), Report.queued("b")))));
  }

  private static List<Integer> sizes(Report report) {
    return List.of(report.queued().size(), report.invalid().size(), report.ignored().size());
  }
}
