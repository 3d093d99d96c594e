package io.imagenlambda.event.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.aws.Secrets;
import io.imagenlambda.request.Finding;
import io.imagenlambda.settings.SecretName;
import io.imagenlambda.settings.SettingName;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who may call, where callers have nothing but a key: {@code IMAGEN_CLIENT_KEYS_SECRET} has one a
 * line. It is read again after ten minutes, and at most once a minute for a key that is not known,
 * so that keys can be added and taken away at any time. No key is logged or passed on.
 */
@Singleton
public class ClientKeys {
  private static final Logger LOG = Logger.getLogger(ClientKeys.class);
  private static final Duration LONGEST_USE = Duration.ofMinutes(10);
  private static final Duration SHORTEST_USE = Duration.ofMinutes(1);
  private static final Duration UNREADABLE_FOR = Duration.ofSeconds(5);

  /** A shorter one could be guessed. */
  private static final int SHORTEST_KEY = 16;

  private static final SettingName SETTING = SettingName.IMAGEN_CLIENT_KEYS_SECRET;
  private static final String BEARER = "bearer ";

  private final Optional<SecretName> secret;
  private final Secrets secrets;
  private final Clock clock;
  private @Nullable List<byte[]> keys;
  private Instant readAt = Instant.MIN;

  ClientKeys(Settings settings, Secrets secrets, Clock clock) {
    this.secret = settings.clientKeysSecret();
    this.secrets = secrets;
    this.clock = clock;
  }

  /** Why a call is not let in; empty if it is. */
  Optional<HttpResponse> refusal(HttpRequest call) {
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    List<byte[]> given = given(call);
    if (given.isEmpty()) {
      return Optional.of(
          unauthorized(
              "a key is needed, as Authorization: Bearer, x-goog-api-key, x-api-key or ?key="));
    }
    try {
      return isKnown(given, LONGEST_USE) || isKnown(given, SHORTEST_USE)
          ? Optional.empty()
          : Optional.of(unauthorized("the key is not known here"));
    } catch (RuntimeException unreadable) {
      LOG.errorf("the keys of callers cannot be read from secret %s: %s", secret.get(), unreadable);
      return Optional.of(
          Problem.retryLater(503, "the keys of callers cannot be read", UNREADABLE_FOR));
    }
  }

  /** Whether callers with a key can be let in; empty if they need none. */
  public Optional<Finding> check() {
    return secret.map(name -> {
      String what = "client keys";
      try {
        int count = read(secrets.read(name.id())).size();
        return count > 0
            ? Finding.right(what, "secret %s (%s) holds %d keys".formatted(name, SETTING, count))
            : Finding.wrong(
                what,
                "secret %s (%s) holds no key of %d characters or more: nobody can call"
                    .formatted(name, SETTING, SHORTEST_KEY));
      } catch (RuntimeException e) {
        return Finding.wrong(
            what, "secret %s (%s) cannot be read: %s".formatted(name, SETTING, e.getMessage()));
      }
    });
  }

  private static HttpResponse unauthorized(String why) {
    return Problem.response(401, why, Map.of("www-authenticate", "Bearer"));
  }

  private static List<byte[]> given(HttpRequest call) {
    Optional<String> bearer =
        call.header("authorization")
            .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
            .map(value -> value.substring(BEARER.length()));
    return Stream.of(
            bearer, call.header("x-goog-api-key"), call.header("x-api-key"), call.query("key"))
        .flatMap(Optional::stream)
        .map(String::strip)
        .filter(key -> !key.isEmpty())
        .map(key -> key.getBytes(UTF_8))
        .toList();
  }

  /** In the same time for every key, whichever it is. */
  private boolean isKnown(List<byte[]> given, Duration notOlder) {
    boolean known = false;
    for (byte[] key : keys(notOlder)) {
      for (byte[] each : given) {
        known |= MessageDigest.isEqual(key, each);
      }
    }
    return known;
  }

  private synchronized List<byte[]> keys(Duration notOlder) {
    List<byte[]> known = keys;
    Instant now = clock.instant();
    if (known != null && now.isBefore(readAt.plus(notOlder))) {
      return known;
    }
    try {
      known = read(secrets.read(secret.orElseThrow().id()));
    } catch (RuntimeException unreadable) {
      if (known == null) {
        throw unreadable;
      }
      LOG.warnf("the keys of callers cannot be read, the last stay in use: %s", unreadable);
    }
    keys = known;
    readAt = now;
    return known;
  }

  private List<byte[]> read(String text) {
    List<byte[]> read = new ArrayList<>();
    int line = 0;
    for (String key : text.lines().map(String::strip).toList()) {
      line++;
      if (key.length() >= SHORTEST_KEY) {
        read.add(key.getBytes(UTF_8));
      } else if (!key.isEmpty()) {
        LOG.errorf(
            "line %s of secret %s is not used: a key has %s characters at least",
            line, secret.orElseThrow(), SHORTEST_KEY);
      }
    }
    return read;
  }
}
