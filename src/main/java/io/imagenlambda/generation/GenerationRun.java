package io.imagenlambda.generation;

import io.imagenlambda.ledger.Settled;
import io.imagenlambda.provider.Provider.Reference;
import io.imagenlambda.provider.ProviderAnswer;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request in one invocation: the time of each step, and the last call. For one thread. */
final class GenerationRun {
  private final String requestedModel;
  private final Set<String> decided = new HashSet<>();
  private final List<String> skipped = new ArrayList<>();
  private GenerationRequest request;
  private final Invocation invocation;
  private @Nullable List<Reference> references;
  private final long start = System.nanoTime();
  private long last = start;
  private Duration claim = Duration.ZERO;
  private @Nullable Duration predict;
  private Duration store = Duration.ZERO;
  private int charged;
  private boolean hasImages;
  private int missing;
  private int tries;
  private int attempts;
  private final List<Usage> usage = new ArrayList<>();
  private @Nullable String providerRequestId;

  GenerationRun(GenerationRequest request, Invocation invocation) {
    this.request = request;
    this.missing = request.sampleCount();
    this.requestedModel = request.model();
    this.decided.add(requestedModel);
    this.invocation = invocation;
  }

  /** Of the model that is asked now. */
  GenerationRequest request() {
    return request;
  }

  /** The model that was asked first. */
  String requestedModel() {
    return requestedModel;
  }

  /** Whether a model was asked, or skipped. */
  boolean isDecided(String model) {
    return decided.contains(model);
  }

  /** From now on, another model is asked. */
  void ask(String model) {
    decided.add(model);
    request = request.ofModel(model);
  }

  /** A fallback model cannot be asked. */
  void skip(String model, String why) {
    decided.add(model);
    skipped.add(why);
  }

  /** Why fallback models were not asked. */
  List<String> skipped() {
    return skipped;
  }

  /** The request's references, looked at once for all of its calls. */
  synchronized List<Reference> references(References all) {
    List<Reference> known = references;
    if (known == null) {
      known = all.of(request);
      references = known;
    }
    return known;
  }

  Invocation invocation() {
    return invocation;
  }

  Deadline deadline() {
    return invocation.deadline();
  }

  /** It is known which delivery has the request, for the first try or for another. */
  void claimed() {
    Duration lap = lap();
    if (predict == null) {
      claim = lap;
    } else {
      predict = predict.plus(lap);
    }
  }

  /** The provider's answer has ended, well or not. */
  void answered() {
    Duration lap = lap();
    predict = predict == null ? lap : predict.plus(lap);
  }

  void stored() {
    store = lap();
  }

  private Duration lap() {
    long now = System.nanoTime();
    Duration lap = Duration.ofNanos(now - last);
    last = now;
    return lap;
  }

  /** All calls of a try have ended. */
  void called(List<ProviderAnswer> answers) {
    int made = answers.stream().mapToInt(ProviderAnswer::attempts).sum();
    attempts += made;
    tries += made > 0 ? 1 : 0;
    charged += (int) answers.stream().filter(ProviderAnswer::maybeCharged).count();
    answers.stream().map(ProviderAnswer::usage).filter(Objects::nonNull).forEach(usage::add);
    providerRequestId =
        answers.stream()
            .map(ProviderAnswer::providerRequestId)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
  }

  /** A call was made in an earlier delivery, and may have been charged. */
  void callWasLost() {
    charged++;
  }

  /** Some images are made by now, by this delivery or an earlier one; others are missing. */
  void left(Settled settled) {
    hasImages |= settled.stored() > 0;
    missing = request.sampleCount() - settled.stored() - settled.withoutImage();
  }

  /** How many images are missing, as far as this delivery knows. */
  int missing() {
    return missing;
  }

  /** Whether something of the request may have been charged. */
  boolean isBegun() {
    return hasImages || charged > 0;
  }

  /** How often calls were made in this delivery, those side by side as one. */
  int tries() {
    return tries;
  }

  /** How many calls were made in this delivery. */
  int attempts() {
    return attempts;
  }

  /** Includes waiting for another delivery. */
  Duration claim() {
    return claim;
  }

  /** From the first call to the end of the last answer; empty if no call was made. */
  Optional<Duration> predict() {
    return Optional.ofNullable(predict);
  }

  /** From the end of the answer until everything was stored. */
  Duration store() {
    return store;
  }

  Duration total() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** How many calls were or may have been charged. */
  int charged() {
    return charged;
  }

  /** What the calls of this delivery took; empty if the provider does not report it. */
  Optional<Usage> usage() {
    return Usage.sum(usage);
  }

  @Nullable String providerRequestId() {
    return providerRequestId;
  }
}
