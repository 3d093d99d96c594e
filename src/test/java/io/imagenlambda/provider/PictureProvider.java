package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.settings.TestSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/** A provider that answers every request with one small picture. */
@NullUnmarked
public final class PictureProvider extends Provider {
  /** It has no upstream, and needs none. */
  public PictureProvider() {
    super(null, null, null, TestSettings.of());
  }

  @Override
  public ProviderAnswer generate(GenerationRequest request, Deadline deadline, ImageSink sink) {
    try (OutputStream image = sink.next()) {
      image.write(Recorded.bytes("red.png"));
      sink.image(image, "image/png", null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Answered(1, List.of(), List.of(), "a-call", true, 1);
  }
}
