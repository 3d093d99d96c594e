package io.imagenlambda.provider;

import io.imagenlambda.provider.json.Base64Decoder;
import io.imagenlambda.provider.json.JsonScanner;
import io.imagenlambda.provider.json.UnusableAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of an answer, in the forms that all wires have in common. */
public final class AnswerJson {
  private static final int LONGEST_TEXT = 64 * 1024;
  private static final int LONGEST_NAME = 128;
  private static final int MOST_TEXTS = 64;

  private final JsonScanner json;
  private final ImageDelivery delivery;
  private final Base64Decoder base64;

  /** An answer whose images go into the delivery. */
  public AnswerJson(InputStream answer, ImageDelivery delivery) {
    this.json = new JsonScanner(answer);
    this.delivery = delivery;
    this.base64 = new Base64Decoder(delivery);
  }

  /** For what is not a form that all wires have in common. */
  public JsonScanner scanner() {
    return json;
  }

  /** Takes one member of an object: by its name, and from the scanner. */
  public interface Member {
    void read(String name) throws IOException;
  }

  /** Takes one element of an array from the scanner. */
  public interface Element {
    void read() throws IOException;
  }

  /**
   * Reads the document to the end of the stream, or to its own end if the stream breaks after it:
   * then a broken connection no longer matters. But further bytes show that it is not the document
   * that it seemed.
   *
   * @throws UnusableAnswer if it is neither a JSON object nor null
   * @throws IOException if it is cut
   */
  public void document(Member member) throws IOException {
    json.begin();
    switch (json.peek()) {
      case NULL -> json.skip();
      case OBJECT -> object(member);
      case ARRAY, STRING, OTHER -> throw json.malformed("no JSON object");
    }
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

  /** Reads an object; any other value is dropped. */
  public void object(Member member) throws IOException {
    if (json.peek() != JsonScanner.Kind.OBJECT) {
      json.skip();
      return;
    }
    json.object();
    String name;
    while ((name = json.name(LONGEST_NAME)) != null) {
      member.read(name);
    }
  }

  /**
   * Reads an array; null is an empty one.
   *
   * @throws UnusableAnswer if it is something else
   */
  public void array(String what, Element element) throws IOException {
    switch (json.peek()) {
      case NULL -> json.skip();
      case ARRAY -> {
        json.array();
        while (json.element()) {
          element.read();
        }
      }
      case OBJECT, STRING, OTHER -> throw json.malformed(what + " are not an array");
    }
  }

  /** Reads a string, of which 64 KiB are kept; any other value is dropped. */
  public @Nullable String text() throws IOException {
    if (json.peek() == JsonScanner.Kind.STRING) {
      return json.text(LONGEST_TEXT);
    }
    json.skip();
    return null;
  }

  /**
   * Reads an image in base64; one that is not costs nothing but itself. JSON allows one value per
   * name: of two the first is kept.
   */
  public void image() throws IOException {
    if (json.peek() == JsonScanner.Kind.STRING && !delivery.begun()) {
      if (!json.base64(base64)) {
        delivery.unreadable("an image is not base64");
      }
    } else {
      json.skip();
    }
  }

  /** Adds a text, unless it is empty, or there are 64 already. */
  public static void add(List<String> texts, @Nullable String text) {
    if (text != null && !text.isEmpty() && texts.size() < MOST_TEXTS) {
      texts.add(text);
    }
  }

  /** Reads an error; null if there is none. */
  public @Nullable ErrorBody error() throws IOException {
    return switch (json.peek()) {
      case STRING -> ErrorBody.of(json.text(LONGEST_TEXT), List.of());
      case OBJECT -> {
        ErrorMembers members = new ErrorMembers();
        object(members);
        yield ErrorBody.of(members.message, members.codes);
      }
      case NULL, ARRAY, OTHER -> {
        json.skip();
        yield null;
      }
    };
  }

  private final class ErrorMembers implements Member {
    private final List<String> codes = new ArrayList<>();
    private @Nullable String message;

    @Override
    public void read(String name) throws IOException {
      switch (name) {
        case "message" -> message = text();
        case "code", "status" -> add(codes, text());
        default -> json.skip();
      }
    }
  }
}
