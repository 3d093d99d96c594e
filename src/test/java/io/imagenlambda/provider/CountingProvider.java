package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.settings.TestSettings;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;

/** A provider whose filter holds everything back, and that counts what it is asked. */
@NullUnmarked
public final class CountingProvider extends Provider {
  private final AtomicInteger calls = new AtomicInteger();

  /** It has no upstream, and needs none. */
  public CountingProvider() {
    super(null, null, null, TestSettings.of());
  }

  @Override
  public ProviderAnswer generate(GenerationRequest request, Deadline deadline, ImageSink sink) {
    calls.incrementAndGet();
    return new Answered(0, List.of("filtered"), List.of(), "a-call", true, 1);
  }

  /** How often it was asked since {@link #clear}. */
  public int calls() {
    return calls.get();
  }

  /** Begins to count anew. */
  public void clear() {
    calls.set(0);
  }
}
