package io.imagenlambda.event.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.request.TestClock;
import io.imagenlambda.settings.TestSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientKeysTest {
  private static final String FIRST = "key-of-the-first-shop";
  private static final String SECOND = "key-of-the-second-shop";

  private final TestClock clock = new TestClock();
  private @Nullable String secret = FIRST + "\n\n  " + SECOND + "  \n";
  private int reads;
  private final ClientKeys keys =
      new ClientKeys(
          TestSettings.of("IMAGEN_CLIENT_KEYS_SECRET", "clients"),
          name -> {
            reads++;
            if (secret == null) {
              throw new IllegalStateException("no " + name);
            }
            return secret;
          },
          clock);

  @ParameterizedTest
  @CsvSource({
    "authorization, Bearer key-of-the-first-shop",
    "authorization, bearer  key-of-the-second-shop",
    "x-goog-api-key, key-of-the-first-shop",
    "x-api-key, key-of-the-second-shop"
  })
  void aKeyOfTheSecretIsLetIn(String header, String value) {
    assertEquals(Optional.empty(), keys.refusal(call(Map.of(header, value), Map.of())));
  }

  @Test
  void aKeyMayStandInTheQuery() {
    assertEquals(Optional.empty(), keys.refusal(call(Map.of(), Map.of("key", FIRST))));
  }

  @ParameterizedTest
  @CsvSource({
    "x-api-key, key-of-the-first-sho",
    "x-api-key, key-of-the-first-shop2",
    "x-api-key, key-of-no-shop-at-all",
    "authorization, Basic key-of-the-first-shop",
    "authorization, key-of-the-first-shop",
    "x-other, key-of-the-first-shop"
  })
  void anythingElseIs401(String header, String value) {
    assertEquals(401, status(header, value));
  }

  @Test
  void withoutASecretSomebodyElseDecides() {
    ClientKeys open =
        new ClientKeys(
            TestSettings.of(),
            name -> {
              throw new AssertionError(name);
            },
            clock);
    assertEquals(Optional.empty(), open.refusal(call(Map.of(), Map.of())));
  }

  @Test
  void aNewKeyIsKnownAtOnceOrAfterAMinuteAndStrangersDoNotHaveTheSecretReadMoreOften() {
    assertEquals(401, status("x-api-key", "key-of-the-third-shop"));
    secret = secret + "key-of-the-third-shop";
    for (int i = 0; i < 100; i++) {
      assertEquals(401, status("x-api-key", "key-of-the-third-shop"));
    }
    assertEquals(1, reads);
    clock.pass(Duration.ofSeconds(61));
    assertEquals(200, status("x-api-key", "key-of-the-third-shop"));
    assertEquals(2, reads);
  }

  @Test
  void aKeyThatWasTakenAwayIsRefusedTenMinutesLater() {
    assertEquals(200, status("x-api-key", FIRST));
    secret = SECOND;
    clock.pass(Duration.ofMinutes(11));
    assertEquals(401, status("x-api-key", FIRST));
  }

  @Test
  void aKeyThatCouldBeGuessedIsNotUsed() {
    secret = "short\n" + FIRST;
    assertEquals(401, status("x-api-key", "short"));
    assertEquals(200, status("x-api-key", FIRST));
  }

  @Test
  void aSecretThatCannotBeReadIs503AndNobodyIsLetIn() {
    secret = null;
    assertEquals(503, status("x-api-key", FIRST));
  }

  @Test
  void theLastKeysStayInUseWhereTheSecretCannotBeReadAgain() {
    assertEquals(200, status("x-api-key", FIRST));
    secret = null;
    clock.pass(Duration.ofMinutes(11));
    assertEquals(200, status("x-api-key", FIRST));
    assertEquals(401, status("x-api-key", "key-of-no-shop-at-all"));
  }

  @Test
  void theCheckSaysHowManyKeysThereAreOrWhyNobodyCanCall() {
    assertEquals(
        "secret clients (IMAGEN_CLIENT_KEYS_SECRET) holds 2 keys",
        keys.check().orElseThrow().message());
    secret = "short";
    assertTrue(keys.check().orElseThrow().failed());
    secret = null;
    assertEquals(
        "secret clients (IMAGEN_CLIENT_KEYS_SECRET) cannot be read: no clients",
        keys.check().orElseThrow().message());
  }

  @Test
  void noAnswerHasAKey() {
    HttpResponse refused =
        keys.refusal(call(Map.of("x-api-key", "key-of-no-shop-at-all"), Map.of())).orElseThrow();
    assertTrue(!refused.toString().contains("key-of-"), refused::toString);
  }

  /** 200 where the call is let in. */
  private int status(String header, String value) {
    return keys.refusal(call(Map.of(header, value), Map.of()))
        .map(HttpResponse::status)
        .orElse(200);
  }

  private static HttpRequest call(Map<String, String> headers, Map<String, String> query) {
    return new HttpRequest("POST", "/images", headers, query, new byte[0], "request-1", false);
  }
}
