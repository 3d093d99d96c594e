package io.imagenlambda.provider;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the function against a {@link FakeUpstream}, and gives that to the test. */
public final class FakeUpstreamResource implements QuarkusTestResourceLifecycleManager {
  static final String KEY = "sk-0123456789abcdef";

  private @Nullable FakeUpstream upstream;

  @Override
  public Map<String, String> start() {
    try {
      FakeUpstream started = new FakeUpstream();
      upstream = started;
      return Map.of(
          "TOKAIFY_BASE_URL",
          started.url(),
          "TOKAIFY_API_KEY",
          KEY,
          "OUTPUT_BUCKET",
          "nobody-writes-here");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(upstream, new TestInjector.MatchesType(FakeUpstream.class));
  }

  @Override
  public void stop() {
    try {
      if (upstream != null) {
        upstream.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
