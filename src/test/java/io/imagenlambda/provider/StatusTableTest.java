package io.imagenlambda.provider;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.request.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code deploy/faults.md} says what an error without a known code means by its status. */
final class StatusTableTest {
  private static final Path DOCUMENT = Path.of("deploy/faults.md");

  @ParameterizedTest
  @EnumSource
  void theDocumentHasTheStatusesOfAnOutcome(Outcome outcome) throws IOException {
    String row = "| %s | `%s` |\n".formatted(statuses(outcome), outcome.wire());

    assertTrue(Files.readString(DOCUMENT).contains(row), () -> DOCUMENT + " does not have " + row);
  }

  /** Three and more that follow each other are written as the first and the last. */
  private static String statuses(Outcome outcome) {
    List<String> written = new ArrayList<>();
    int first = 200;
    for (int status = 200; status <= 600; status++) {
      if (status == 600 || ErrorCodes.ofStatus(status) != outcome) {
        switch (status - first) {
          case 0 -> {}
          case 1 -> written.add("" + first);
          case 2 -> written.add(first + ", " + (first + 1));
          default -> written.add(first + " to " + (status - 1));
        }
        first = status + 1;
      }
    }
    return String.join(", ", written);
  }
}
