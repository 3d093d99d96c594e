package io.imagenlambda.generation;

import io.imagenlambda.request.GenerationRequest;
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
    GenerationRequest request = run.request();
    int asked = models.indexOf(request.model()); // -1 for the model that was asked for first
    for (String model : models.subList(asked + 1, models.size())) {
      List<String> notTaken = request.notTakenBy(model);
      if (model.equals(run.requestedModel())) {
        continue;
      }
      if (notTaken.isEmpty()) {
        run.ask(request.ofModel(model));
        return true;
      }
      run.skipped(
          "the fallback model %s was not asked, as it does not take %s"
              .formatted(model, String.join(", ", notTaken)));
    }
    return false;
  }
}
