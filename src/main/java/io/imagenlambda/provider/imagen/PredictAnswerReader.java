package io.imagenlambda.provider.imagen;

import io.imagenlambda.provider.AnswerJson;
import io.imagenlambda.provider.ErrorBody;
import io.imagenlambda.provider.ImageDelivery;
import io.imagenlambda.provider.Wire;
import io.imagenlambda.provider.json.JsonScanner;
import io.imagenlambda.provider.json.UnusableAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a predict answer while it arrives: images go to the sink, the rest is kept. Memory does not
 * grow with the number or the size of the images.
 */
final class PredictAnswerReader {
  private final AnswerJson answer;
  private final JsonScanner json;
  private final ImageDelivery delivery;
  private final List<String> filteredReasons = new ArrayList<>();
  private final List<String> storedElsewhere = new ArrayList<>();
  private @Nullable ErrorBody error;

  PredictAnswerReader(InputStream answer, ImageDelivery delivery) {
    this.answer = new AnswerJson(answer, delivery);
    this.json = this.answer.scanner();
    this.delivery = delivery;
  }

  /**
   * Reads to the end of the stream, or of the document if the stream breaks after it.
   *
   * @throws UnusableAnswer if it is not JSON, or not of the expected form
   * @throws IOException if it is cut
   */
  Wire.Read read() throws IOException {
    answer.document(name -> {
      switch (name) {
        case "predictions" ->
            answer.array(
                "predictions",
                () -> {
                  Prediction prediction = new Prediction();
                  answer.object(prediction);
                  prediction.end();
                });
        case "error" -> error = answer.error();
        default -> json.skip();
      }
    });
    return new Wire.Read(filteredReasons, storedElsewhere, error, null, null, List.of());
  }

  private final class Prediction implements AnswerJson.Member {
    private @Nullable String mimeType;
    private @Nullable String prompt;
    private @Nullable String stored;

    @Override
    public void read(String name) throws IOException {
      switch (name) {
        case "bytesBase64Encoded" -> answer.image();
        case "mimeType" -> mimeType = answer.text();
        case "prompt" -> prompt = answer.text();
        case "gcsUri" -> stored = answer.text();
        case "raiFilteredReason" -> AnswerJson.add(filteredReasons, answer.text());
        default -> json.skip();
      }
    }

    void end() {
      if (delivery.begun()) {
        delivery.whole(mimeType, prompt);
      } else {
        AnswerJson.add(storedElsewhere, stored);
      }
    }
  }
}
