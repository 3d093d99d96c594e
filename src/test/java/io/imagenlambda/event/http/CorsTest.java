package io.imagenlambda.event.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.settings.TestSettings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorsTest {
  private static final String SHOP = "https://shop.example.com";
  private static final String ALLOW_ORIGIN = "access-control-allow-origin";

  private final Cors cors = of(SHOP + ", http://localhost:5173");
  private final HttpResponse answer = HttpResponse.json(200, "an answer");

  private static Cors of(String origins) {
    return new Cors(TestSettings.of("IMAGEN_CORS_ORIGINS", origins));
  }

  @ParameterizedTest
  @CsvSource({SHOP, "http://localhost:5173"})
  void aPageOfAListedOriginMayCallAndReadTheAnswer(String origin) {
    HttpResponse preflight = cors.preflight(asks(origin)).orElseThrow();
    HttpResponse shared = cors.shared(call("POST", Map.of("origin", origin)), answer);

    assertEquals(204, preflight.status());
    assertEquals(origin, preflight.headers().get(ALLOW_ORIGIN));
    assertEquals("GET, HEAD, POST", preflight.headers().get("access-control-allow-methods"));
    assertEquals("authorization, *", preflight.headers().get("access-control-allow-headers"));
    assertEquals(origin, shared.headers().get(ALLOW_ORIGIN));
    assertEquals("origin", shared.headers().get("vary"), "it is for this origin alone");
    assertEquals(
        "location, retry-after, x-should-retry, www-authenticate",
        shared.headers().get("access-control-expose-headers"));
    assertEquals(answer.body(), shared.body());
  }

  @ParameterizedTest
  @CsvSource({
    "https://shop.example.com.evil.example",
    "http://shop.example.com",
    "https://shop.example.com:8443",
    "HTTPS://shop.example.com",
    "null"
  })
  void aPageOfAnotherOriginIsRefusedByName(String origin) {
    HttpResponse preflight = cors.preflight(asks(origin)).orElseThrow();

    assertEquals(403, preflight.status());
    assertTrue(((Problem) preflight.body()).detail().contains(origin));
    assertSame(answer, cors.shared(call("POST", Map.of("origin", origin)), answer));
  }

  @Test
  void aStarIsForEveryPage() {
    Cors all = of("*");

    assertEquals("*", all.preflight(asks(SHOP)).orElseThrow().headers().get(ALLOW_ORIGIN));
    assertEquals(
        "*", all.shared(call("GET", Map.of("origin", SHOP)), answer).headers().get(ALLOW_ORIGIN));
  }

  @Test
  void withoutTheSettingNothingIsDifferent() {
    Cors none = new Cors(TestSettings.of());

    assertEquals(Optional.empty(), none.preflight(asks(SHOP)));
    assertSame(answer, none.shared(call("POST", Map.of("origin", SHOP)), answer));
  }

  @Test
  void whatIsNoQuestionOfABrowserGoesItsUsualWay() {
    assertEquals(Optional.empty(), cors.preflight(call("OPTIONS", Map.of("origin", SHOP))));
    assertEquals(
        Optional.empty(),
        cors.preflight(call("OPTIONS", Map.of("access-control-request-method", "POST"))));
    assertSame(answer, cors.shared(call("POST", Map.of()), answer));
  }

  private static HttpRequest asks(String origin) {
    return call("OPTIONS", Map.of("origin", origin, "access-control-request-method", "POST"));
  }

  private static HttpRequest call(String method, Map<String, String> headers) {
    return new HttpRequest(method, "/images", headers, Map.of(), new byte[0], "1", false);
  }
}
