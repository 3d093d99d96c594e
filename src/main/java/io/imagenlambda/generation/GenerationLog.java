package io.imagenlambda.generation;

import static io.imagenlambda.telemetry.Metric.*;

import io.imagenlambda.generation.GenerationResult.Failure;
import io.imagenlambda.generation.GenerationResult.Filtered;
import io.imagenlambda.generation.GenerationResult.Image;
import io.imagenlambda.generation.GenerationResult.Status;
import io.imagenlambda.predict.PredictAnswer;
import io.imagenlambda.predict.PredictFailure;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.telemetry.GenerationLine;
import io.imagenlambda.telemetry.Telemetry;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One line a generation. Prompts, and what the provider says (it may quote them), are written only
 * where {@code IMAGEN_LOG_PROMPTS} is on.
 */
@Singleton
final class GenerationLog {
  private static final Logger LOG = Logger.getLogger(GenerationLog.class);

  private final Telemetry telemetry;
  private final boolean prompts;

  GenerationLog(Telemetry telemetry, Settings settings) {
    this.telemetry = telemetry;
    prompts = settings.logPrompts();
  }

  /** A generation that is being told of. */
  record Told(GenerationRequest request, Invocation invocation, Stages stages) {}

  /**
   * The last call of a generation.
   *
   * @param maybeCharged whether it was or may have been charged
   */
  record Call(boolean maybeCharged, @Nullable String providerRequestId) {
    /** None was made. */
    static final Call NONE = new Call(false, null);

    /** One that was made may have been charged, and that is all that is known of it. */
    static final Call LOST = new Call(true, null);

    static Call of(PredictAnswer answer) {
      return new Call(answer.maybeCharged(), answer.providerRequestId());
    }

    static Call of(PredictFailure failure) {
      return new Call(failure.maybeCharged(), failure.providerRequestId());
    }
  }

  /** It has ended, here or in an earlier delivery, which was told of then. */
  void ended(Told told, GenerationResult result, Call call) {
    Failure error = result.error();
    String outcome = outcome(result);
    GenerationLine line =
        line(
                told,
                outcome,
                "%s of %s images%s%s" // as in Telemetry, no %d
                    .formatted(
                        result.images().size(),
                        result.requested(),
                        error == null ? "" : ", " + error.code(),
                        result.replayed() ? ", of an earlier delivery" : ""),
                call)
            .field("status", result.status().wire());
    if (error != null) {
      failure(line, error);
    }
    if (result.replayed()) {
      telemetry.tell(line.metric(REPLAYS, 1));
      return;
    }
    telemetry.tell(
        attempts(line, result.attempts())
            .metric(OUTCOMES, 1)
            .metric(IMAGES_STORED, result.images().size())
            .metric(IMAGES_FILTERED, result.filtered().stream().mapToInt(Filtered::missing).sum())
            .metric(IMAGE_BYTES, result.images().stream().mapToLong(Image::bytes).sum()));
  }

  private static String outcome(GenerationResult result) {
    Failure error = result.error();
    return result.status() == Status.FAILED && error != null
        ? error.outcome()
        : result.status().wire();
  }

  /** The call failed, and the request is to come again. */
  void left(Told told, PredictFailure failure) {
    Failure error = Failure.of(failure);
    GenerationLine line =
        line(told, error.outcome(), error.code() + ", to be sent again", Call.of(failure));
    failure(line, error);
    telemetry.tell(attempts(line, failure.attempts()).metric(OUTCOMES, 1));
  }

  /** Another delivery is at it, or the id is another request's. */
  void notOurs(Told told, String why) {
    telemetry.tell(line(told, why, "left alone", Call.NONE));
  }

  void claimNotEnded(GenerationRequest request, RuntimeException why) {
    LOG.warnf(why, "the claim of %s could not be ended: it holds until its time", request.id());
  }

  private GenerationLine line(Told told, String outcome, String more, Call call) {
    GenerationRequest request = told.request();
    Stages stages = told.stages();
    long total = stages.total().toMillis();
    GenerationLine line =
        new GenerationLine(
                outcome, "%s %s: %s, in %s ms".formatted(request.id(), outcome, more, total))
            .field("id", request.id())
            .field("source", told.invocation().source())
            .field("awsRequestId", told.invocation().requestId())
            .field("providerRequestId", call.providerRequestId())
            .field("model", request.model())
            .field("prompt", prompts ? request.prompt() : null)
            .field("claimMs", stages.claim().toMillis())
            .field("storeMs", stages.store().toMillis())
            .field("durationMs", total)
            .metric(REQUESTS, 1)
            .metric(IMAGES_REQUESTED, request.sampleCount())
            .metric(PAID_CALLS, call.maybeCharged() ? 1 : 0);
    stages
        .predict()
        .ifPresent(predict ->
            line.field("predictMs", predict.toMillis())
                .metric(PREDICT_LATENCY, predict.toMillis())
                .metric(OVERHEAD, total - predict.toMillis()));
    return line;
  }

  private static GenerationLine attempts(GenerationLine line, int attempts) {
    return line.field("attempts", attempts).metric(RETRIES, Math.max(0, attempts - 1));
  }

  private void failure(GenerationLine line, Failure error) {
    line.field("code", error.code());
    if (error.httpStatus() != null) {
      line.field("httpStatus", error.httpStatus());
    }
    // Without a status it is not the provider who speaks, but this function.
    if (error.httpStatus() == null || prompts) {
      line.field("error", error.message());
    }
  }
}
