package io.imagenlambda.provider;

import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Finding;
import io.imagenlambda.request.GenerationRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;

/** A provider without an upstream: what it answers is a matter of the test. */
@NullUnmarked
public abstract class TestProvider extends Provider {
  protected TestProvider() {
    super(null, null, new CallTimes());
  }

  /** The answer to one call. */
  protected abstract ProviderAnswer answer(GenerationRequest request, ImageSink sink);

  @Override
  public int imagesHeld(GenerationRequest request) {
    return 1;
  }

  /** One call makes all images. */
  @Override
  public List<GenerationRequest> split(GenerationRequest request) {
    return List.of(request);
  }

  /** There is nothing to check. */
  @Override
  public List<Finding> check(Deadline deadline) {
    return List.of();
  }

  @Override
  public Call call(GenerationRequest request, Supplier<List<Reference>> references) {
    return new Call() {
      @Override
      public void connect() {}

      @Override
      public void awaitConnection() {}

      @Override
      public void disconnect() {}

      @Override
      public ProviderAnswer send(GenerationRequest asked, Duration within, ImageSink sink) {
        return answer(asked, sink);
      }

      @Override
      public void close() {}
    };
  }

  /** As many red squares as are wanted. */
  protected static ProviderAnswer pictures(int count, ImageSink sink) {
    for (int i = 0; i < count; i++) {
      try (OutputStream image = sink.next()) {
        image.write(Recorded.bytes("red.png"));
        sink.image(image, "image/png", null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ProviderAnswer.Answered.of(count, List.of(), "a-call");
  }
}
