package io.imagenlambda.generation;

import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.generation.Turns.Turn;
import io.imagenlambda.ledger.Ledger.Yours;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.provider.Provider.Reference;
import io.imagenlambda.provider.ProviderAnswer;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.ImageStore;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one try: one, or side by side as many as the images need and turns are free. All
 * have their turns before the claim is made, and the first connects: were one to wait under the
 * claim and the process died, nobody could know that it was not made.
 */
final class CallRound implements AutoCloseable {
  private final Maker maker;
  private final GenerationRun run;
  private final List<Turn> turns = new ArrayList<>();
  private final Provider.Call first;

  /** Calls that have not begun. */
  private final Queue<Part> waiting = new ArrayDeque<>();

  private final Queue<ImageUploads> uploads = new ConcurrentLinkedQueue<>();

  /** The first refusal: what is not begun by then would be refused, too. */
  private volatile @Nullable Failed refusal;

  private CallRound(Maker maker, GenerationRun run, Turn turn) {
    this.maker = maker;
    this.run = run;
    List<GenerationRequest> asked = maker.provider.split(run.request().forImages(run.missing()));
    this.first = provide(asked.getFirst());
    turns.add(turn);
    asked.stream()
        .skip(1)
        .map(each -> maker.turns.now(each, run.invocation()))
        .takeWhile(Optional::isPresent)
        .forEach(each -> turns.add(each.get()));
  }

  /** Makes rounds of what they share. */
  @Singleton
  static final class Maker {
    private final Turns turns;
    private final Provider provider;
    private final ImageStore store;
    private final References references;
    private final long mostPixels;

    Maker(
        Turns turns,
        Provider provider,
        ImageStore store,
        References references,
        Settings settings) {
      this.turns = turns;
      this.provider = provider;
      this.store = store;
      this.references = references;
      this.mostPixels = settings.limits().imagePixels();
    }

    /** A round whose first call has its turn, and which gives the turn back. */
    CallRound round(GenerationRun run, Turn turn) {
      return new CallRound(this, run, turn);
    }
  }

  /**
   * Begins to connect. References are looked at only when it is known that a call is needed: of a
   * request that has its result they may be gone.
   */
  void connect() {
    if (run.request().references().isEmpty()) {
      first.connect();
    }
  }

  /**
   * Looks at the request's references, unless that was done.
   *
   * @throws io.imagenlambda.request.InvalidRequest if they cannot be used
   * @throws io.imagenlambda.storage.StorageFailure if S3 does not answer
   */
  List<Reference> references() {
    return run.references(maker.references);
  }

  private Provider.Call provide(GenerationRequest asked) {
    return maker.provider.call(asked, this::references);
  }

  /** Waits until the first call could be sent at once; throws as {@link #references} does. */
  void awaitConnection() {
    first.awaitConnection();
  }

  /** Gives up the connection, and all turns but the first: another delivery is at work. */
  void standBack() {
    first.disconnect();
    keepTurns(1);
  }

  private void keepTurns(int count) {
    while (turns.size() > count) {
      turns.removeLast().close();
    }
  }

  /** A call, and the images from which on its own are counted. */
  private record Part(GenerationRequest asked, int firstImage) {}

  /**
   * Makes the calls that have their turns, and waits for them.
   *
   * @param asked the request, for the images that are missing
   * @return how each ended, in the order of their images
   */
  List<CallEnd> make(GenerationRequest asked, Yours yours) {
    int images = 0;
    for (GenerationRequest part : maker.provider.split(asked)) {
      waiting.add(new Part(part, images));
      images += part.sampleCount();
    }
    keepTurns(waiting.size());
    if (waiting.size() == 1) {
      return List.of(call(first, turns.getFirst(), waiting.remove(), yours));
    }
    List<Supplier<CallEnd>> calls = new ArrayList<>();
    for (Turn turn : turns) {
      Part part = waiting.remove();
      calls.add(
          calls.isEmpty()
              ? () -> whole(first, turn, part, yours)
              : () -> further(part, turn, yours));
    }
    return sideBySide(calls);
  }

  /** Whether there are calls that had no turn. */
  boolean isUnfinished() {
    return !waiting.isEmpty();
  }

  /** Makes the calls that had no turn, as turns are free. */
  List<CallEnd> makeOthers(Yours yours) {
    List<Supplier<CallEnd>> calls = new ArrayList<>();
    waiting.forEach(part -> calls.add(() -> further(part, yours)));
    waiting.clear();
    return sideBySide(calls);
  }

  private static List<CallEnd> sideBySide(List<Supplier<CallEnd>> calls) {
    return Parallel.map(calls, calls.size(), Supplier::get);
  }

  private CallEnd further(Part part, Yours yours) {
    return switch (maker.turns.await(part.asked, run.invocation())) {
      case Turns.Denied denied -> notMade(part, denied.why());
      case Turn own -> further(part, own, yours);
    };
  }

  private CallEnd further(Part part, Turn own, Yours yours) {
    try (own;
        Provider.Call call = provide(part.asked)) {
      Failed refused = refusal;
      return refused == null ? whole(call, own, part, yours) : notMade(part, refused);
    }
  }

  private CallEnd notMade(Part part, Failed why) {
    Failed refused = refusal;
    return new CallEnd(part.asked.sampleCount(), refused == null ? why : refused.spared(), null);
  }

  /** A call with all its uploads: until then, nobody else has its turn. */
  private CallEnd whole(Provider.Call call, Turn its, Part part, Yours yours) {
    CallEnd end = call(call, its, part, yours);
    if (end.answer() instanceof Failed failed && failed.failure().outcome().isRefusal()) {
      refusal = failed;
    }
    if (end.uploads() != null) {
      end.uploads().close();
    }
    its.close();
    return end;
  }

  private CallEnd call(Provider.Call call, Turn its, Part part, Yours yours) {
    ImageUploads sink =
        new ImageUploads(
            its.room(),
            maker.store,
            run,
            part.asked,
            index -> yours.imageName(part.firstImage + index),
            maker.mostPixels);
    uploads.add(sink);
    ProviderAnswer answer;
    try {
      answer = call.send(part.asked, Budgets.forCalls(run.deadline()), sink);
    } catch (UncheckedIOException notHeld) {
      answer = Failed.notHeld(notHeld, sink.images());
    }
    its.ended(answer);
    return new CallEnd(part.asked.sampleCount(), answer, sink);
  }

  /** Ends when all uploads have. */
  @Override
  public void close() {
    first.close();
    uploads.forEach(ImageUploads::close);
    turns.forEach(Turn::close);
  }
}
