package io.imagenlambda.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.imagenlambda.request.InvalidRequest.Fault;
import io.imagenlambda.request.InvalidRequest.Faults;
import jakarta.inject.Singleton;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads what callers send as JSON, strictly: one value, no name twice in an object. */
@Singleton
public class RequestJson {
  /**
   * The longest request, in bytes, without images in it: what a queue message holds in every region
   * and stand-in.
   */
  public static final int LONGEST = 256 * 1024;

  private static final List<String> INLINE_DATA = List.of("inlineData", "inline_data");

  private final JsonFactory factory;
  private final ObjectWriter canonical;

  RequestJson(ObjectMapper mapper) {
    factory = mapper.getFactory();
    canonical = mapper.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);
  }

  /**
   * Reads one JSON value. Only one with images in it may be as long as Lambda allows.
   *
   * @throws InvalidRequest that says where the text stops being JSON, or that it is too long, or
   *     which fields stand in it twice or have numbers that do not survive
   */
  public JsonNode read(byte[] json) {
    if (!Text.isUtf8(json)) {
      throw json.length > LONGEST ? tooLong(json) : notUtf8();
    }
    Faults faults = new Faults();
    JsonNode value;
    try (JsonParser parser = factory.createParser(json)) {
      value = only(parser, faults);
    } catch (InvalidRequest invalid) {
      throw json.length > LONGEST ? tooLong(json) : invalid;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array of bytes does not fail
    }
    if (json.length > LONGEST && !hasInlineImages(value)) {
      throw tooLong(json);
    }
    if (value.isMissingNode()) {
      throw new InvalidRequest("the request is empty but must be a JSON object");
    }
    faults.throwIfAny();
    return value;
  }

  /**
   * As {@link #read(byte[])}, what came as text.
   *
   * @throws InvalidRequest also for half a character, which has no bytes in UTF-8
   */
  public JsonNode read(String json) {
    return read(bytes(json));
  }

  /**
   * The bytes of a request that came as text.
   *
   * @throws InvalidRequest for half a character, which has none
   */
  public static byte[] bytes(String json) {
    if (Text.hasHalves(json)) {
      throw new InvalidRequest("the request has half a character, a surrogate without its other");
    }
    return json.getBytes(UTF_8);
  }

  /**
   * An event.
   *
   * @param faults which fields stand in it twice or have numbers that do not survive, a request's
   *     among them
   */
  public record Event(JsonNode json, List<Fault> faults) {}

  /**
   * Reads an event; missing for no text at all.
   *
   * @throws InvalidRequest that says where the text stops being JSON
   */
  public Event event(InputStream json) throws IOException {
    Faults faults = new Faults();
    try (JsonParser parser = factory.createParser(json)) {
      return new Event(only(parser, faults), faults.all());
    } catch (CharConversionException e) {
      throw notUtf8(); // as the parser finds by its first bytes
    }
  }

  private static JsonNode only(JsonParser parser, Faults faults) throws IOException {
    JsonValues values = new JsonValues(parser);
    JsonNode value = values.next(faults);
    values.end();
    return value;
  }

  private static InvalidRequest notUtf8() {
    return new InvalidRequest("the request is not text in UTF-8");
  }

  private static InvalidRequest tooLong(byte[] json) {
    return InvalidRequest.tooLong(
        "the request has %d bytes but may have %d".formatted(json.length, LONGEST));
  }

  /** Whether images are in a request, as Gemini's form has them. */
  public static boolean hasInlineImages(JsonNode request) {
    return parts(request).valueStream().anyMatch(part -> inlineData(part).isPresent());
  }

  /** The parts of a request in Gemini's form; none of another. */
  public static JsonNode parts(JsonNode request) {
    return request.path("contents").path(0).path("parts");
  }

  /** The name of the field in which a part has an image, if it has one. */
  public static Optional<String> inlineData(JsonNode part) {
    return INLINE_DATA.stream().filter(part::hasNonNull).findFirst();
  }

  /**
   * The requests of a text: each of its values, and of an array each element.
   *
   * @throws InvalidRequest if the beginning is not JSON
   */
  public Elements elements(InputStream json) throws IOException {
    try {
      return new Elements(new JsonValues(factory.createParser(json)));
    } catch (CharConversionException e) {
      throw notUtf8(); // as the parser finds by its first bytes
    }
  }

  /** Requests one after the other, read on demand. */
  public static final class Elements {
    private final JsonValues values;
    private boolean broken;

    private Elements(JsonValues values) {
      this.values = values;
    }

    /**
     * The next one; empty at the end, and after what is not JSON: where the next one begins cannot
     * be known then.
     *
     * @throws InvalidRequest for its faults, or because it is not JSON
     */
    public Optional<JsonNode> next() throws IOException {
      if (broken) {
        return Optional.empty();
      }
      Faults faults = new Faults();
      broken = true;
      JsonNode element;
      try {
        element = values.nextElement(faults);
      } catch (CharConversionException e) {
        throw notUtf8();
      }
      broken = element.isMissingNode();
      faults.throwIfAny();
      return broken ? Optional.empty() : Optional.of(element);
    }
  }

  /** SHA-256 in hex of the value with its names sorted. */
  String digest(JsonNode value) {
    try {
      byte[] json = canonical.writeValueAsBytes(value);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree can always be written
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
