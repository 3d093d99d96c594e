package io.imagenlambda.lab.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.runtime.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages fail is read as Lambda reads it. */
class BatchResponseTest {
  private static final List<String> BATCH = List.of("one", "two");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "{\"batchItemFailures\":null}",
        "{\"batchItemFailures\":[]}",
      })
  void anAnswerThatNamesNoneIsASuccess(String answer) {
    assertEquals(Set.of(), failed(answer));
  }

  @Test
  void onlyWhatIsNamedFails() {
    assertEquals(Set.of("two"), failed("{\"batchItemFailures\":[{\"itemIdentifier\":\"two\"}]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no JSON",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":null}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"three\"}]}",
        "{\"batchItemFailures\":[{\"id\":\"one\"}]}",
      })
  void anAnswerThatMakesNoSenseFailsAll(String answer) {
    assertEquals(Set.copyOf(BATCH), failed(answer));
  }

  @Test
  void aFunctionErrorFailsAll() {
    var error =
        new Answer.FunctionError("id", "Sandbox.Timedout", "timed out", new byte[0], Duration.ZERO);

    assertEquals(Set.copyOf(BATCH), BatchResponse.failures(error, BATCH).keySet());
  }

  private static Set<String> failed(String answer) {
    var success = new Answer.Success("id", answer.getBytes(UTF_8), Duration.ZERO);
    return BatchResponse.failures(success, BATCH).keySet();
  }
}
