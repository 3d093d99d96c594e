package io.imagenlambda.lab.gateway;

import com.sun.net.httpserver.Headers;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other websites out. A page that is open in the same browser could post to the lab, or reach
 * it under a name of its own (DNS rebinding), and spend the money behind a real API key.
 */
final class SameOrigin {
  /** The names under which nobody but this machine can be reached. */
  private static final Pattern LOCAL =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

  private SameOrigin() {}

  /** Why the call is refused; empty where it comes from this machine's own page or programs. */
  static Optional<String> refusal(Headers headers) {
    @Nullable String host = headers.getFirst("Host");
    @Nullable String origin = headers.getFirst("Origin");
    if (host == null || !LOCAL.matcher(host).matches()) {
      return Optional.of(
          "The lab answers to localhost and 127.0.0.1 only, not to %s.".formatted(host));
    }
    if (origin != null && !origin.equals("http://" + host)) {
      return Optional.of("Another website, %s, may not use the lab.".formatted(origin));
    }
    return Optional.empty();
  }
}
