package io.imagenlambda.predict;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/** A predict API that answers every request with one small picture. */
@NullUnmarked
public final class PicturePredictions extends Predictions {
  /** It has no upstream, and needs none. */
  public PicturePredictions() {
    super(null, null, null, null, null);
  }

  @Override
  public PredictAnswer predict(PredictRequest request, Duration within, ImageSink sink) {
    try (OutputStream image = sink.next()) {
      image.write(Recorded.bytes("red.png"));
      sink.image(image, "image/png", null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PredictAnswer(1, List.of(), List.of(), "a-call", 1, true);
  }
}
