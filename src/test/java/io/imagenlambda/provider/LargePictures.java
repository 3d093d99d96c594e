package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.request.GenerationRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider whose pictures come in blocks, as they do from the wire, and are large. */
public final class LargePictures extends TestProvider {
  private static final int BLOCK = 48 * 1024;

  private final CountDownLatch written;
  private final AtomicInteger calls = new AtomicInteger();
  private final byte[] picture;

  /** It has no upstream, and needs none. */
  public LargePictures(int bytes, int pictures) {
    written = new CountDownLatch(pictures);
    picture = Arrays.copyOf(Recorded.bytes("red.png"), bytes);
  }

  /** How often it was asked. */
  public int calls() {
    return calls.get();
  }

  /** Gives so many pictures a moment to be written, and says whether they were. */
  public boolean arePresent() {
    try {
      return written.await(200, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected ProviderAnswer answer(GenerationRequest request, ImageSink sink) {
    calls.incrementAndGet();
    for (int n = 0; n < request.sampleCount(); n++) {
      try (OutputStream image = sink.next()) {
        for (int at = 0; at < picture.length; at += BLOCK) {
          image.write(picture, at, Math.min(BLOCK, picture.length - at));
        }
        written.countDown();
        sink.image(image, "image/png", null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Answered.of(request.sampleCount(), List.of(), "a-call");
  }
}
