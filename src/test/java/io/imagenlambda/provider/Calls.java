package io.imagenlambda.provider;

import io.imagenlambda.request.GenerationRequest;
import java.time.Duration;

/** Calls as the function makes them. */
final class Calls {
  private Calls() {}

  static ProviderAnswer make(
      Provider provider, GenerationRequest request, Duration within, ImageSink sink) {
    try (Provider.Call call = provider.call(request)) {
      call.connect();
      return call.send(request, within, sink);
    }
  }
}
