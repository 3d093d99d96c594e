package io.imagenlambda.generation;

import io.imagenlambda.settings.Settings;
import jakarta.inject.Singleton;
import java.util.List;

/** The models of {@code IMAGEN_FALLBACK_MODELS}, which are asked in turn. */
@Singleton
final class Fallbacks {
  private final List<String> models;

  Fallbacks(Settings settings) {
    this.models = settings.fallbackModels();
  }

  /** Asks the next model that takes the request, and notes those that do not; false for none. */
  boolean next(GenerationRun run) {
    for (String model : models) {
      if (!run.isDecided(model)) {
        List<String> notTaken = run.request().notTakenBy(model);
        if (notTaken.isEmpty()) {
          run.ask(model);
          return true;
        }
        run.skip(
            model,
            "the fallback model %s was not asked, as it does not take %s"
                .formatted(model, String.join(", ", notTaken)));
      }
    }
    return false;
  }
}
