package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code deploy/faults.md} shows the faults and outcomes that {@link FaultMatrixIT} checks. */
class FaultTableTest {
  private static final Path DOCUMENT = Path.of("deploy/faults.md");

  @Test
  void theDocumentShowsEveryFaultWithItsOutcomeOnEachWire() throws IOException {
    String table =
        ProviderFault.ALL.stream()
            .map(fault ->
                "| %s | %s | %s |\n"
                    .formatted(
                        fault.name(),
                        outcome(fault, ImageWire.IMAGEN),
                        outcome(fault, ImageWire.GEMINI)))
            .collect(
                Collectors.joining(
                    "", "| fault | `:predict` | `:generateContent` |\n|---|---|---|\n", ""));
    assertShown(table);
  }

  @Test
  void theDocumentShowsWhatEachOutcomeMeans() throws IOException {
    String table =
        Arrays.stream(ExpectedOutcome.values())
            .map(FaultTableTest::row)
            .collect(
                Collectors.joining(
                    "",
                    "| outcome | the request | HTTP | `status` | `error.outcome` | images | calls of"
                        + " `:predict` | calls of `:generateContent` | the message |\n"
                        + "|---|---|--:|---|---|--:|--:|--:|---|\n",
                    ""));
    assertShown(table);
  }

  private static String row(ExpectedOutcome expected) {
    boolean stored = expected.isStored();
    String outcome = stored ? expected.errorOutcome() : expected.claimOutcome();
    return "| %s | %s | %d | %s | %s | %d | %s | %s | %s |\n"
        .formatted(
            word(expected),
            expected.sentence(),
            expected.http(),
            stored ? "`" + expected.status() + "`" : "",
            outcome == null ? "" : "`" + outcome + "`",
            expected.images(),
            calls(ImageWire.IMAGEN, expected),
            calls(ImageWire.GEMINI, expected),
            stored ? "is deleted" : "comes again");
  }

  private static String calls(ImageWire wire, ExpectedOutcome expected) {
    int least = wire.leastCalls(expected, expected.tries());
    int most = wire.mostCalls(expected, expected.tries());
    return least == most ? "" + most : "%d to %d".formatted(least, most);
  }

  private static String outcome(ProviderFault fault, ImageWire wire) {
    return fault.wires().contains(wire) ? word(fault.on(wire).expected()) : "–";
  }

  private static String word(ExpectedOutcome expected) {
    return expected.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static void assertShown(String table) throws IOException {
    assertTrue(
        Files.readString(DOCUMENT).contains(table), () -> DOCUMENT + " does not have\n" + table);
  }
}
