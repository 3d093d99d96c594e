package io.imagenlambda.provider.imagen;

import io.imagenlambda.provider.ErrorBody;
import io.imagenlambda.provider.ImageDelivery;
import io.imagenlambda.provider.Wire;
import io.imagenlambda.provider.json.Base64Decoder;
import io.imagenlambda.provider.json.JsonScanner;
import io.imagenlambda.provider.json.UnusableAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a predict answer while it arrives: images go to the sink, the rest is kept. Memory does not
 * grow with the number or the size of the images.
 */
final class PredictAnswerReader {
  private static final int LONGEST_TEXT = 64 * 1024;
  private static final int LONGEST_NAME = 128;
  private static final int MOST_TEXTS = 64;

  private final JsonScanner json;
  private final Base64Decoder base64;
  private final ImageDelivery delivery;
  private final List<String> filteredReasons = new ArrayList<>();
  private final List<String> storedElsewhere = new ArrayList<>();
  private @Nullable ErrorBody error;

  PredictAnswerReader(InputStream answer, ImageDelivery delivery) {
    this.json = new JsonScanner(answer);
    this.base64 = new Base64Decoder(delivery);
    this.delivery = delivery;
  }

  /**
   * Reads to the end of the stream, or of the document if the stream breaks after it.
   *
   * @throws UnusableAnswer if it is not JSON, or not of the expected form
   * @throws IOException if it is cut
   */
  Wire.Read read() throws IOException {
    json.begin();
    switch (json.peek()) {
      case NULL -> json.skip();
      case OBJECT -> {
        json.object();
        String name;
        while ((name = json.name(LONGEST_NAME)) != null) {
          switch (name) {
            case "predictions" -> predictions();
            case "error" -> readError();
            default -> json.skip();
          }
        }
      }
      case ARRAY, STRING, OTHER -> throw json.malformed("no JSON object");
    }
    end();
    return new Wire.Read(filteredReasons, storedElsewhere, error);
  }

  /**
   * The document is complete, so a broken connection no longer matters. But further bytes show that
   * it is not the document that it seemed.
   */
  private void end() throws UnusableAnswer {
    try {
      json.end();
    } catch (UnusableAnswer e) {
      throw e;
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // broken or timed out after the last byte
    }
  }

  private void predictions() throws IOException {
    switch (json.peek()) {
      case NULL -> json.skip();
      case ARRAY -> {
        json.array();
        while (json.element()) {
          if (json.peek() == JsonScanner.Kind.OBJECT) {
            prediction();
          } else {
            json.skip();
          }
        }
      }
      case OBJECT, STRING, OTHER -> throw json.malformed("predictions are not an array");
    }
  }

  private void prediction() throws IOException {
    String mimeType = null;
    String prompt = null;
    String stored = null;
    json.object();
    String name;
    while ((name = json.name(LONGEST_NAME)) != null) {
      switch (name) {
        case "bytesBase64Encoded" -> image();
        case "mimeType" -> mimeType = text();
        case "prompt" -> prompt = text();
        case "gcsUri" -> stored = text();
        case "raiFilteredReason" -> add(filteredReasons, text());
        default -> json.skip();
      }
    }
    if (delivery.begun()) {
      delivery.whole(mimeType, prompt);
    } else {
      add(storedElsewhere, stored);
    }
  }

  private void readError() throws IOException {
    switch (json.peek()) {
      case STRING -> error = ErrorBody.of(json.text(LONGEST_TEXT), List.of());
      case OBJECT -> {
        String message = null;
        List<String> codes = new ArrayList<>();
        json.object();
        String name;
        while ((name = json.name(LONGEST_NAME)) != null) {
          switch (name) {
            case "message" -> message = text();
            case "code", "status" -> add(codes, text());
            default -> json.skip();
          }
        }
        error = ErrorBody.of(message, codes);
      }
      case NULL, ARRAY, OTHER -> json.skip();
    }
  }

  /** JSON allows one value per name: of two images in one entry the first is kept. */
  private void image() throws IOException {
    if (json.peek() == JsonScanner.Kind.STRING && !delivery.begun()) {
      json.base64(base64);
    } else {
      json.skip();
    }
  }

  private @Nullable String text() throws IOException {
    if (json.peek() == JsonScanner.Kind.STRING) {
      return json.text(LONGEST_TEXT);
    }
    json.skip();
    return null;
  }

  private static void add(List<String> texts, @Nullable String text) {
    if (text != null && !text.isEmpty() && texts.size() < MOST_TEXTS) {
      texts.add(text);
    }
  }
}
