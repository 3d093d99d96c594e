package io.imagenlambda.lab.gateway;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls from other websites. A page that is open in the same browser could post to the lab,
 * or reach it under its own host name (DNS rebinding), and spend money with a real API key.
 */
final class SameOrigin {
  /** The host names that always mean this machine. */
  private static final Pattern LOCAL =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

  private SameOrigin() {}

  /**
   * Why the call is refused; empty where it comes from this machine's own page or programs.
   *
   * @param allowed the origins of other websites that may call, or {@code *}
   */
  static Optional<String> refusal(Headers headers, List<String> allowed) {
    @Nullable String host = headers.getFirst("Host");
    @Nullable String origin = headers.getFirst("Origin");
    if (host == null || !LOCAL.matcher(host).matches()) {
      return Optional.of(
          "The lab answers to localhost and 127.0.0.1 only, not to %s.".formatted(host));
    }
    boolean isAllowed =
        origin == null
            || origin.equals("http://" + host)
            || allowed.contains("*")
            || allowed.contains(origin);
    if (!isAllowed) {
      return Optional.of("Another website, %s, may not use the lab.".formatted(origin));
    }
    return Optional.empty();
  }
}
