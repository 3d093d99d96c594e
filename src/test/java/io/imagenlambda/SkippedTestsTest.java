package io.imagenlambda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkippedTestsTest {
  private static final Instant BEGIN = Instant.parse("2026-11-30T10:00:00Z");

  @TempDir private Path reports;

  @Test
  void whatWasSkippedIsToldWithItsReason() throws IOException {
    report(
        "endtoend.EmulatorIT",
        BEGIN,
        """
        <testcase name="a" classname="io.imagenlambda.endtoend.EmulatorIT" time="0">
          <skipped message="Environment variable [LAMBDA_RIE] does not exist ==&gt; LAMBDA_RIE is not installed"/>
        </testcase>
        """);
    report(
        "lab.page.PageIT",
        BEGIN,
        """
        <testcase name="a" classname="io.imagenlambda.lab.page.PageIT" time="0">
          <skipped message="Assumption failed: there is no Chromium"/></testcase>
        <testcase name="b" classname="io.imagenlambda.lab.page.PageIT" time="0">
          <skipped message="Assumption failed: there is no Chromium"/></testcase>
        <testcase name="c" classname="io.imagenlambda.lab.page.PageIT" time="1"/>
        """);
    report(
        "endtoend.WrongZipIT",
        BEGIN,
        """
        <testcase name="a" classname="io.imagenlambda.endtoend.WrongZipIT" time="0">
          <skipped message="System property [imagen.native] with value [false] does not match"/></testcase>
        """);
    assertEquals(
        "Skipped: 4 of 5 tests: EmulatorIT (1): LAMBDA_RIE is not installed;"
            + " WrongZipIT (1): for the function's other form, see -Dnative;"
            + " PageIT (2): there is no Chromium. .ci/run installs tools and runs both forms.",
        summary());
  }

  @Test
  void aReportOfAnEarlierBuildDoesNotCount() throws IOException {
    String skipped =
        "<testcase classname=\"A\" time=\"0\"><skipped message=\"no tool\"/></testcase>";
    report("Old", BEGIN.minusSeconds(1), skipped);
    report("New", BEGIN, "<testcase classname=\"B\" time=\"0\"/>");
    assertEquals("Skipped: none of 1 tests.", summary());
  }

  private String summary() throws IOException {
    return SkippedTests.summary(BEGIN, List.of(reports, reports.resolve("missing"))).toString();
  }

  private void report(String name, Instant time, String cases) throws IOException {
    Path file = reports.resolve("TEST-io.imagenlambda." + name + ".xml");
    Files.writeString(file, "<testsuite>" + cases + "</testsuite>");
    Files.setLastModifiedTime(file, FileTime.from(time));
  }
}
