package io.imagenlambda.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Error bodies that nobody means to send. */
final class ErrorBodyTest {
  private static ErrorBody read(String body) {
    return ErrorBody.read(new ObjectMapper(), body);
  }

  @Test
  void theMessageIsOneLineWhateverControlCharactersAreInTheBody() {
    assertEquals("a b c d", read("a\r\nb\u0000c\u0085\u009bd").message());
  }

  /** An hour where the search begins anew at every space, else well under a second. */
  @Test
  @Timeout(60)
  void aLongRunOfSpaceIsReadInOnePass() {
    assertEquals("a b", read("a" + " ".repeat(1_000_000) + "b").message());
  }

  @Test
  void theRequestIdIsTakenOutWithTheSpaceBeforeIt() {
    ErrorBody body = read("No channel  (request id: one)(request id: two), sorry");
    assertEquals("No channel, sorry", body.message());
    assertEquals("one", body.requestId());
  }
}
