package io.imagenlambda.generation;

import static io.imagenlambda.telemetry.Metric.*;

import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Filtered;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.GenerationResult.Status;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.telemetry.GenerationLine;
import io.imagenlambda.telemetry.Telemetry;
import jakarta.inject.Singleton;

/**
 * Writes one line per generation. Prompts, and the provider's messages, which may quote them, are
 * written only if {@code IMAGEN_LOG_PROMPTS} is on.
 */
@Singleton
final class GenerationLog {
  private final Telemetry telemetry;
  private final boolean prompts;

  GenerationLog(Telemetry telemetry, Settings settings) {
    this.telemetry = telemetry;
    prompts = settings.logPrompts();
  }

  /** The request has ended. An earlier delivery has logged the metrics of a replay. */
  void ended(GenerationRun run, GenerationResult result) {
    Failure error = result.error();
    GenerationLine line =
        line(
                run,
                outcome(result),
                "%s of %s images%s%s" // as in Telemetry, no %d
                    .formatted(
                        result.images().size(),
                        result.requested(),
                        error == null ? "" : ", " + error.code(),
                        result.replayed() ? ", of an earlier delivery" : ""),
                result.replayed() ? run.total().toMillis() : result.durationMs())
            .field("status", result.status().wire());
    if (error != null) {
      failure(line, error);
    }
    if (result.replayed()) {
      telemetry.write(line.metric(REPLAYS, 1));
      return;
    }
    telemetry.write(
        attempts(line, run)
            .metric(OUTCOMES, 1)
            .metric(IMAGES_STORED, result.images().size())
            .metric(IMAGES_FILTERED, result.filtered().stream().mapToInt(Filtered::missing).sum())
            .metric(IMAGE_BYTES, result.images().stream().mapToLong(Image::bytes).sum()));
  }

  private static String outcome(GenerationResult result) {
    Failure error = result.error();
    return result.status() == Status.FAILED && error != null
        ? error.outcome().wire()
        : result.status().wire();
  }

  /** The call failed, and the request must be sent again. */
  void left(GenerationRun run, Failed failed) {
    Failure error = failed.failure();
    GenerationLine line =
        line(
            run,
            error.outcome().wire(),
            error.code() + ", to be sent again",
            run.total().toMillis());
    failure(line, error);
    telemetry.write(attempts(line, run).metric(OUTCOMES, 1));
  }

  /** Another delivery is working on it, or the id belongs to another request. */
  void notOurs(GenerationRun run, String why) {
    telemetry.write(line(run, why, "left alone", run.total().toMillis()));
  }

  private GenerationLine line(GenerationRun run, String outcome, String more, long durationMs) {
    GenerationRequest request = run.request();
    GenerationLine line =
        new GenerationLine(
                outcome,
                request.model(),
                "%s %s: %s, in %s ms".formatted(request.id(), outcome, more, durationMs))
            .field("id", request.id())
            .field("tenant", request.tenant())
            .field("source", run.invocation().source())
            .field("awsRequestId", run.invocation().requestId())
            .field("providerRequestId", run.providerRequestId())
            .field("model", request.model())
            .field("prompt", prompts ? request.prompt() : null)
            .field("claimMs", run.claim().toMillis())
            .field("storeMs", run.store().toMillis())
            .field("durationMs", durationMs)
            .metric(REQUESTS, 1)
            .metric(IMAGES_REQUESTED, request.sampleCount())
            .metric(PAID_CALLS, run.charged());
    run.predict()
        .ifPresent(predict ->
            line.field("predictMs", predict.toMillis())
                .metric(PREDICT_LATENCY, predict.toMillis())
                .metric(OVERHEAD, durationMs - predict.toMillis()));
    run.usage()
        .ifPresent(usage ->
            line.metric(PROMPT_TOKENS, usage.promptTokens())
                .metric(OUTPUT_TOKENS, usage.outputTokens())
                .metric(IMAGE_TOKENS, usage.imageTokens())
                .metric(THOUGHT_TOKENS, usage.thoughtTokens()));
    return line;
  }

  private static GenerationLine attempts(GenerationLine line, GenerationRun run) {
    return line.field("attempts", run.attempts()).metric(RETRIES, Math.max(0, run.tries() - 1));
  }

  private void failure(GenerationLine line, Failure error) {
    line.field("code", error.code());
    if (error.httpStatus() != null) {
      line.field("httpStatus", error.httpStatus());
    }
    // Without a status the message is this function's own.
    if (error.httpStatus() == null || prompts) {
      line.field("error", error.message());
    }
  }
}
