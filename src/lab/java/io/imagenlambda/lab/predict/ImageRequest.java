package io.imagenlambda.lab.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a call asks for, on either wire, validated as strictly as the API does. */
record ImageRequest(
    String model,
    String prompt,
    List<Call.Reference> references,
    int sampleCount,
    String aspectRatio,
    String imageSize,
    @Nullable Long seed,
    String mimeType) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The request is not valid; has the error that the API would answer. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Fault.ErrorAnswer answer;

    Refused(Fault.ErrorAnswer answer) {
      super(answer.body());
      this.answer = answer;
    }

    Fault.ErrorAnswer answer() {
      return answer;
    }
  }

  static JsonNode json(String body) throws Refused {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw invalid("Invalid JSON payload received.");
    }
  }

  static void require(boolean holds, String message) throws Refused {
    if (!holds) {
      throw invalid(message);
    }
  }

  private static Refused invalid(String message) {
    return new Refused(ErrorAnswers.invalid(message));
  }
}
