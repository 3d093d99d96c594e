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

  @Inject Provider provider;
  FakeUpstream upstream;
  final CollectingSink sink = new CollectingSink();

  /** How the request fails. */
  Failed failure(Duration within) {
    return assertInstanceOf(Failed.class, call(within, sink));
  }

  /** One call. */
  ProviderAnswer call(Duration within, ImageSink into) {
    return Calls.make(provider, REQUEST, within, into);
  }
}
