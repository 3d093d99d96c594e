package io.imagenlambda.event.http;

import io.imagenlambda.settings.SettingName;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the scripts of web pages call, where {@code IMAGEN_CORS_ORIGINS} has the page's origin. A
 * browser asks before such a call, and without the caller's key. Cookies are never allowed.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">CORS protocol</a>
 */
@Singleton
final class Cors {
  private static final String ALL = "*";

  /** A browser may keep the answer to its question for an hour. */
  private static final Map<String, String> ALLOWED =
      Map.of(
          "access-control-allow-methods", "GET, HEAD, POST",
          "access-control-allow-headers", "authorization, *", // the star is for all but this one
          "access-control-max-age", "3600");

  /** What a script reads beside the body. */
  private static final String EXPOSED = "location, retry-after, x-should-retry, www-authenticate";

  private final List<String> origins;

  Cors(Settings settings) {
    this.origins = settings.corsOrigins();
  }

  /** The answer to a browser's question whether a page may make a call; empty for other calls. */
  Optional<HttpResponse> preflight(HttpRequest call) {
    boolean asks =
        call.method().equals("OPTIONS") && call.header("access-control-request-method").isPresent();
    return asks && !origins.isEmpty()
        ? call.header("origin").map(this::preflight)
        : Optional.empty();
  }

  private HttpResponse preflight(String origin) {
    return isAllowed(origin)
        ? new HttpResponse(204, ALLOWED, "").with(shared(origin))
        : Problem.response(
            403, "%s is not in %s".formatted(origin, SettingName.IMAGEN_CORS_ORIGINS));
  }

  /** The answer to a call. The page that made it may read it if its origin is allowed. */
  HttpResponse shared(HttpRequest call, HttpResponse response) {
    return call.header("origin")
        .filter(this::isAllowed)
        .map(origin -> response.with(shared(origin)))
        .orElse(response);
  }

  private boolean isAllowed(String origin) {
    return origins.contains(ALL) || origins.contains(origin);
  }

  private Map<String, String> shared(String origin) {
    return origins.contains(ALL)
        ? Map.of("access-control-allow-origin", ALL, "access-control-expose-headers", EXPOSED)
        : Map.of(
            "access-control-allow-origin", origin,
            "access-control-expose-headers", EXPOSED,
            "vary", "origin");
  }
}
