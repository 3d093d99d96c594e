package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that repeats the key does not get it into anything that is shown or stored. */
@QuarkusTest
class KeyMaskTest extends UpstreamCase {
  private static final String KEY = FakeUpstreamResource.KEY;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "401 {\"error\":{\"message\":\"Incorrect API key provided: KEY\"}}",
        "401 {\"error\":{\"message\":\"no\",\"code\":\"KEY\"}}",
        "401 {\"error\":{\"message\":\"no\",\"status\":\"KEY\"}}",
        "500 {\"error\":{\"message\":\"sensitive words: KEY\",\"code\":\"sensitive_words_detected\"}}",
        "400 {\"error\":{\"message\":\"sensitive words KEY\"}}",
        "200 {\"predictions\":[{\"raiFilteredReason\":\"KEY\"}]}",
        "200 {\"predictions\":[{\"gcsUri\":\"gs://KEY/0.png\"}]}",
        "200 {\"predictions\":[{\"bytesBase64Encoded\":\"AAAA\",\"mimeType\":\"KEY\",\"prompt\":\"KEY\"}]}",
        "503 KEY"
      })
  void theKeyIsInNothingThatTheProviderSays(String statusAndBody) {
    int status = Integer.parseInt(statusAndBody.substring(0, 3));
    String body = statusAndBody.substring(4).replace("KEY", KEY);
    upstream.will(answer(status, body, "X-Request-Id: " + KEY, "Location: " + KEY));

    String told = call(Duration.ofSeconds(10), sink) + " " + sink.told();

    assertFalse(told.contains(KEY), told);
    assertTrue(told.contains("***"), told);
  }
}
