package io.imagenlambda.provider;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.TestRequests;
import io.quarkus.test.common.QuarkusTestResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/** The provider before a scripted upstream, a request, and a sink for the images. */
@QuarkusTestResource(FakeUpstreamResource.class)
@NullUnmarked
abstract class UpstreamCase {
  static final GenerationRequest REQUEST =
      TestRequests.of("imagen-4.0-generate-001", "A red square", Map.of());

  /** One answer takes milliseconds; the machine may be busy. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

  @Inject Provider provider;
  FakeUpstream upstream;
  final CollectingSink sink = new CollectingSink();

  /** How the request fails. */
  Failed failure(Duration within) {
    return assertInstanceOf(Failed.class, call(within, sink));
  }

  /** How the request fails on that answer. */
  Failed failure(int status, String body, String... headers) {
    upstream.will(FakeUpstream.answer(status, body, headers));
    return failure(LONG_ENOUGH);
  }

  /** One call. */
  ProviderAnswer call(Duration within, ImageSink into) {
    return Calls.make(provider, REQUEST, within, into);
  }
}
