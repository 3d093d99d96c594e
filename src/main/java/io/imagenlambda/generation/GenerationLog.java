package io.imagenlambda.generation;

import io.imagenlambda.predict.PredictFailure;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * One line a generation. Prompts, and what the provider says (it may quote them), are written only
 * where {@code IMAGEN_LOG_PROMPTS} is on.
 */
@Singleton
final class GenerationLog {
  private static final Logger LOG = Logger.getLogger(GenerationLog.class);

  private final boolean prompts;

  GenerationLog(Settings settings) {
    prompts = settings.logPrompts();
  }

  void ended(GenerationRequest request, GenerationResult result) {
    LOG.infof(
        "%s %s: %d of %d images after %d attempts in %d ms%s%s",
        result.id(),
        result.status().wire(),
        result.images().size(),
        result.requested(),
        result.attempts(),
        result.durationMs(),
        result.error() == null
            ? ""
            : ", %s %s".formatted(result.error().outcome(), result.error().code()),
        prompts ? ": " + request.prompt() : "");
  }

  void left(GenerationRequest request, PredictFailure failure) {
    LOG.warnf(
        "%s %s (%s) after %d attempts%s",
        request.id(),
        failure.outcome(),
        failure.code(),
        failure.attempts(),
        prompts ? ": %s: %s".formatted(failure.text(), request.prompt()) : "");
  }

  void claimNotEnded(GenerationRequest request, RuntimeException why) {
    LOG.warnf(why, "%s has its result, but its claim could not be ended", request.id());
  }
}
