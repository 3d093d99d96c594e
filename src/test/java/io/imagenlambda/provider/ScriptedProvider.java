package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.settings.TestSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;

/** A provider that gives one answer after the other, and counts what may have been charged. */
@NullUnmarked
public final class ScriptedProvider extends Provider {
  /** What a call comes to. */
  public enum Answer {
    PICTURE,
    FILTERED,
    REFUSED,
    UNKNOWN
  }

  private final Iterator<Answer> answers;
  private final Runnable step;
  private final AtomicInteger maybeCharged = new AtomicInteger();

  /**
   * It has no upstream, and needs none.
   *
   * @param answers after the last, calls are refused
   * @param step runs before each call and before each answer
   */
  public ScriptedProvider(List<Answer> answers, Runnable step) {
    super(null, null, null, TestSettings.of());
    this.answers = answers.iterator();
    this.step = step;
  }

  /** How many calls were or may have been charged. */
  public int maybeCharged() {
    return maybeCharged.get();
  }

  @Override
  public ProviderAnswer generate(GenerationRequest request, Deadline deadline, ImageSink sink) {
    step.run();
    Answer answer;
    synchronized (this) {
      answer = answers.hasNext() ? answers.next() : Answer.REFUSED;
    }
    if (answer != Answer.REFUSED) {
      maybeCharged.incrementAndGet();
    }
    step.run();
    return switch (answer) {
      case PICTURE -> picture(sink);
      case FILTERED -> new Answered(0, List.of("filtered"), List.of(), "a-call", true, 1);
      case REFUSED -> Failed.of(Failure.of(Outcome.UNAVAILABLE, "busy", "come back later"), 0);
      case UNKNOWN -> Failed.of(Failure.of(Outcome.UNKNOWN, "timeout", "no answer"), 0);
    };
  }

  private static Answered picture(ImageSink sink) {
    try (OutputStream image = sink.next()) {
      image.write(Recorded.bytes("red.png"));
      sink.image(image, "image/png", null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Answered(1, List.of(), List.of(), "a-call", true, 1);
  }
}
