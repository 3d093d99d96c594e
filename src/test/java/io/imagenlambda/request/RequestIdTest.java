package io.imagenlambda.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestIdTest {
  private static final String DIGEST = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  @ParameterizedTest
  @ValueSource(strings = {"a", "5f1d2c3b-4a59-4687-9768-5a4b3c2d1e0f", "v1.2_3"})
  void whatCanServeAsAnIdIsOne(String eventsOwn) {
    assertEquals(eventsOwn, RequestId.ofEvent(eventsOwn));
  }

  @ParameterizedTest
  @CsvSource({
    "UbVhXjYnFiAEMfA=, UbVhXjYnFiAEMfA-",
    "../../etc/passwd, etc-passwd-",
    "-leading, leading-",
    "Fr\u00fchling, Fr-hling-",
    "\u6771\u4eac, ''"
  })
  void whatCannotIsKeptReadableBeforeADigest(String eventsOwn, String readable) {
    String id = RequestId.ofEvent(eventsOwn);

    assertTrue(id.startsWith(readable), id);
    assertTrue(id.substring(readable.length()).matches(DIGEST), id);
    assertTrue(RequestId.isValid(id), id);
    assertEquals(id, RequestId.ofEvent(eventsOwn));
    assertNotEquals(id, RequestId.ofEvent(eventsOwn + "="));
  }

  @Test
  void anObjectsIdHasRoomForALineNumberHoweverLongTheKey() {
    String id = RequestId.ofObject("bucket", "k".repeat(1024), "version");

    assertTrue(RequestId.isValid(id + "-1000000000"), id);
  }

  @Test
  void bucketKeyAndVersionAllCount() {
    String id = RequestId.ofObject("bucket", "in/a.json", "1");

    assertTrue(id.matches("a\\.json-" + DIGEST), id);
    assertNotEquals(id, RequestId.ofObject("another", "in/a.json", "1"));
    assertNotEquals(id, RequestId.ofObject("bucket", "out/a.json", "1"));
    assertNotEquals(id, RequestId.ofObject("bucket", "in/a.json", "2"));
  }
}
