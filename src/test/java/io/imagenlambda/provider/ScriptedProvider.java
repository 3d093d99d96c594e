package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A provider that gives one answer after the other, and remembers what it was asked. */
public final class ScriptedProvider extends TestProvider {
  /** What a call comes to. */
  public enum Answer {
    /** All images that were asked for. */
    PICTURES,
    /** One image, and a verdict about the others. */
    ONE_PICTURE,
    FILTERED,
    REJECTED,
    REFUSED,
    /** Out of quota, for forty seconds. */
    OUT_OF_QUOTA,
    /** The key is refused, and the secret has no other. */
    BAD_KEY,
    /** The key is refused, and there is another by now. */
    OTHER_KEY,
    UNKNOWN,
    /** One image, and no end. */
    CUT;

    /** Whether the call was or may have been charged. */
    public boolean isMaybeCharged() {
      return this != REFUSED && this != OUT_OF_QUOTA && this != BAD_KEY && this != OTHER_KEY;
    }
  }

  /**
   * One call.
   *
   * @param asked for how many images
   */
  public record Call(Answer answer, int asked) {}

  /** How long a provider that is out of quota asks to wait. */
  public static final Duration ASKED = Duration.ofSeconds(40);

  private Iterator<Answer> answers;
  private final Runnable step;
  private boolean oneImageACall;
  private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

  /**
   * Needs no upstream.
   *
   * @param answers after the last, calls are refused
   * @param step runs before each call and before each answer
   */
  public ScriptedProvider(List<Answer> answers, Runnable step) {
    this.answers = answers.iterator();
    this.step = step;
  }

  /** From now on a call makes one image, and a request of several takes as many calls. */
  public ScriptedProvider oneImageACall() {
    oneImageACall = true;
    return this;
  }

  @Override
  public List<GenerationRequest> split(GenerationRequest request) {
    return oneImageACall
        ? Collections.nCopies(request.sampleCount(), request.forImages(1))
        : super.split(request);
  }

  /** What calls come to from now on. */
  public synchronized void nowAlways(Answer answer) {
    answers = Stream.generate(() -> answer).iterator();
  }

  /** All calls, in order. */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** How many images were asked for by calls that were or may have been charged. */
  public int maybeCharged() {
    return calls().stream()
        .filter(call -> call.answer().isMaybeCharged())
        .mapToInt(Call::asked)
        .sum();
  }

  @Override
  protected ProviderAnswer answer(GenerationRequest request, ImageSink sink) {
    step.run();
    Answer answer;
    synchronized (this) {
      answer = answers.hasNext() ? answers.next() : Answer.REFUSED;
      calls.add(new Call(answer, sink.wanted()));
    }
    step.run();
    return switch (answer) {
      case PICTURES -> pictures(sink.wanted(), sink);
      case ONE_PICTURE -> {
        var _ = pictures(1, sink);
        yield sink.wanted() == 1
            ? Answered.of(1, List.of(), "a-call")
            : Answered.of(1, List.of("filtered"), "a-call");
      }
      case FILTERED -> Answered.of(0, List.of("filtered"), "a-call");
      case REJECTED -> Failed.of(Failure.of(Outcome.REJECTED, "no_image", "not this one"), 0);
      case REFUSED -> Failed.of(Failure.of(Outcome.UNAVAILABLE, "busy", "come back later"), 0);
      case OUT_OF_QUOTA ->
          new Failed(
              Failure.of(Outcome.UNAVAILABLE, "429", "out of quota"),
              0,
              false,
              Optional.of(ASKED),
              1);
      case BAD_KEY -> Failed.of(Failure.of(Outcome.ACCOUNT, "401", "not this key"), 0);
      case OTHER_KEY -> Failed.of(Failure.of(Outcome.ACCOUNT, "401", "not this key"), 0).atOnce();
      case UNKNOWN -> Failed.of(Failure.of(Outcome.UNKNOWN, "timeout", "no answer"), 0);
      case CUT -> {
        var _ = pictures(1, sink);
        yield Failed.of(Failure.of(Outcome.UNKNOWN, "connection_cut", "the answer was cut"), 1);
      }
    };
  }
}
