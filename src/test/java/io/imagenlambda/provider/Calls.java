package io.imagenlambda.provider;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.Wiring;
import io.imagenlambda.aws.Secrets;
import io.imagenlambda.provider.net.AnswerBuffers;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.settings.Settings;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/** A provider and its calls as the function makes them. */
final class Calls {
  private Calls() {}

  /** The function's own provider over that wire, still to be made. */
  static Wiring provider(
      Settings settings,
      Wire wire,
      Vertx vertx,
      AnswerBuffers buffers,
      ObjectMapper mapper,
      Secrets secrets) {
    return new Wiring()
        .with(Settings.class, settings)
        .with(Wires.class, new Wires(List.of(wire)))
        .with(Vertx.class, vertx)
        .with(AnswerBuffers.class, buffers)
        .with(ObjectMapper.class, mapper)
        .with(Secrets.class, secrets);
  }

  static ProviderAnswer make(
      Provider provider, GenerationRequest request, Duration within, ImageSink sink) {
    try (Provider.Call call = provider.call(request, List::of)) {
      call.connect();
      return call.send(request, within, sink);
    }
  }
}
