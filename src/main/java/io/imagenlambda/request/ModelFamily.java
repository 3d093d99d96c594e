package io.imagenlambda.request;

import java.util.Locale;

/** What kind of model a name stands for. It decides which parameters a request may have. */
public enum ModelFamily {
  /** Google's Imagen: up to four images a call. */
  IMAGEN,
  /** Gemini's image models, and whatever else is served as they are: a call for each image. */
  GEMINI;

  public static ModelFamily of(String model) {
    return model.toLowerCase(Locale.ROOT).startsWith("imagen") ? IMAGEN : GEMINI;
  }
}
