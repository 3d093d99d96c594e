package io.imagenlambda.provider;

import static io.imagenlambda.provider.FakeUpstream.answer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every shape of a successful answer, through the real REST client. */
@QuarkusTest
class AnswersTest extends UpstreamCase {
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private Answered answered(String recorded, String... headers) {
    upstream.will(answer(200, Recorded.bytes(recorded), headers));
    return assertInstanceOf(Answered.class, call(WITHIN, sink));
  }

  @Test
  void imagesAreHandedOnInOrderWhateverTheOrderOfKeys() {
    Answered answer = answered("two-images.json", "X-Oneapi-Request-Id: r-1");
    assertEquals(Answered.of(2, List.of(), "r-1"), answer);
    assertArrayEquals(Recorded.bytes("red.png"), sink.images.get(0).bytes());
    assertArrayEquals(Recorded.bytes("blue.png"), sink.images.get(1).bytes());
    assertEquals("image/png", sink.images.get(0).mimeType());
    assertEquals("image/png", sink.images.get(1).mimeType());
    assertTrue(sink.everythingClosed());
  }

  @Test
  void whatTheFilterTookIsToldBesideTheImages() {
    Answered answer = answered("some-filtered.json");
    assertEquals(2, answer.images());
    assertEquals(1, answer.filteredReasons().size());
    assertTrue(answer.filteredReasons().getFirst().contains("filtered out 2 generated images"));
  }

  @Test
  void allFilteredIsAnAnswerWithTheReason() {
    Answered answer = answered("all-filtered.json");
    assertEquals(0, answer.images());
    assertTrue(answer.filteredReasons().getFirst().endsWith("Support codes: 56562880"));
  }

  @Test
  void aBlockedPromptIsAFilterVerdictNotAFailure() {
    upstream.will(answer(400, Recorded.bytes("prompt-blocked.json"), "X-Request-Id: g-7"));
    Answered answer = assertInstanceOf(Answered.class, call(WITHIN, sink));
    assertEquals(0, answer.images());
    assertTrue(answer.filteredReasons().getFirst().contains("sensitive words"));
    assertEquals("g-7", answer.providerRequestId());
  }

  @Test
  void theRelaysSensitiveWordsAreAFilterVerdictAlthoughTheyComeAs500() {
    upstream.will(answer(500, Recorded.bytes("relay-500-sensitive.json")));
    Answered answer = assertInstanceOf(Answered.class, call(WITHIN, sink));
    assertEquals(List.of("user sensitive words detected: 坏词"), answer.filteredReasons());
    assertEquals("20261122100000123456789abcdefgh", answer.providerRequestId());
    assertEquals(1, answer.attempts());
  }

  @Test
  void anImageThatWasStoredElsewhereIsNamedAndIsNoImage() {
    Answered answer = answered("stored-elsewhere.json");
    assertEquals(0, answer.images());
    assertEquals(List.of("gs://somebody/images/sample_0.jpg"), answer.storedElsewhere());
  }

  @Test
  void safetyInformationIsPassedOver() {
    assertEquals(1, answered("safety-info.json").images());
    assertArrayEquals(Recorded.bytes("red.png"), sink.images.getFirst().bytes());
  }

  @Test
  void aRewrittenPromptIsKept() {
    answered("rewritten-prompt.json");
    assertEquals("A red square – „rot“ 🟥, \"flat\"", sink.images.getFirst().prompt());
  }

  @Test
  void escapesAndAByteOrderMarkAreUnderstood() {
    assertEquals(1, answered("escaped.json").images());
    assertArrayEquals(Recorded.bytes("blue.png"), sink.images.getFirst().bytes());
    assertEquals("image/png", sink.images.getFirst().mimeType());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "{\"predictions\":[]}",
        "{\"predictions\":null}",
        " {\"predictions\":[{\"bytesBase64Encoded\":\"\",\"mimeType\":\"image/png\"}]}\r\n",
        "{\"predictions\":[{\"bytesBase64Encoded\":null}, {}, null]}"
      })
  void anEmptyAnswerIsAnAnswerWithoutImagesAndReasons(String body) {
    upstream.will(answer(200, body));
    assertEquals(Answered.of(0, List.of(), null), call(WITHIN, sink));
    assertTrue(sink.opened.isEmpty());
  }
}
