package io.imagenlambda.predict;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;

/** A predict API whose filter holds everything back, and that counts what it is asked. */
@NullUnmarked
public final class CountedPredictions extends Predictions {
  private final AtomicInteger calls = new AtomicInteger();

  /** It has no upstream, and needs none. */
  public CountedPredictions() {
    super(null, null, null, null, null);
  }

  @Override
  public PredictAnswer predict(PredictRequest request, Duration within, ImageSink sink) {
    calls.incrementAndGet();
    return new PredictAnswer(0, List.of("filtered"), List.of(), "a-call", 1, true);
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
