package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.request.GenerationRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider whose filter holds everything back, and that counts what it is asked. */
public final class CountingProvider extends TestProvider {
  private final AtomicInteger calls = new AtomicInteger();

  @Override
  protected ProviderAnswer answer(GenerationRequest request, ImageSink sink) {
    calls.incrementAndGet();
    return Answered.of(0, List.of("filtered"), "a-call");
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
