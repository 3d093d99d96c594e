package io.imagenlambda.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A request that is refused before anything is paid for, with all its faults. */
public final class InvalidRequest extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * One fault of a request.
   *
   * @param pointer where, as a JSON Pointer (RFC 6901); empty for the request as a whole
   * @param detail what is there and what is allowed, naming the field
   */
  public record Fault(String pointer, String detail) {
    /** The field there is wrong. */
    public static Fault at(FieldPath path, String is) {
      return new Fault(path.pointer(), path + " " + is);
    }

    public Fault {
      pointer = withoutHalves(pointer);
      detail = withoutHalves(detail);
    }

    /** Half a character, a surrogate without its other, could not be written into any answer. */
    private static String withoutHalves(String text) {
      return new String(text.getBytes(UTF_8), UTF_8);
    }
  }

  /** What kind of fault it is. */
  public enum Kind {
    FAULTY,
    /** The id belongs to another request. */
    CONFLICT,
    TOO_LONG
  }

  // Never serialised: it is thrown and caught inside one invocation.
  private final transient List<Fault> faults;

  private final Kind kind;

  private InvalidRequest(Kind kind, List<Fault> faults) {
    super("invalid request", null, false, false);
    this.kind = kind;
    this.faults = List.copyOf(faults);
  }

  /** A request with at least one fault. */
  public InvalidRequest(List<Fault> faults) {
    this(Kind.FAULTY, faults);
  }

  /** A request that is wrong as a whole. */
  public InvalidRequest(String detail) {
    this(List.of(new Fault("", detail)));
  }

  /** The id is taken by a request that asks for something else. */
  public static InvalidRequest conflict(String id) {
    return of(Kind.CONFLICT, "the id %s belongs to another request: choose another".formatted(id));
  }

  /** It does not fit where it has to. */
  public static InvalidRequest tooLong(String detail) {
    return of(Kind.TOO_LONG, detail);
  }

  private static InvalidRequest of(Kind kind, String detail) {
    return new InvalidRequest(kind, List.of(new Fault("", detail)));
  }

  public Kind kind() {
    return kind;
  }

  /** All faults in one line. */
  public String detail() {
    return faults.stream().map(Fault::detail).collect(Collectors.joining("; "));
  }

  /** Every fault, in the order of the request's fields; never empty. */
  public List<Fault> faults() {
    return faults;
  }

  /** Collects the faults of one request, so that its sender sees all of them at once. */
  static final class Faults {
    private static final int LONGEST_VALUE_SHOWN = 60;

    private final List<Fault> faults = new ArrayList<>();

    /** Notes that a field is wrong. */
    void add(FieldPath path, String is) {
      faults.add(Fault.at(path, is));
    }

    /** Notes that the field holds {@code value} but must be something else. */
    void add(FieldPath path, JsonNode value, String mustBe) {
      add(path, "is %s but must be %s".formatted(shown(value), mustBe));
    }

    boolean isEmpty() {
      return faults.isEmpty();
    }

    List<Fault> all() {
      return List.copyOf(faults);
    }

    void throwIfAny() {
      if (!faults.isEmpty()) {
        throw new InvalidRequest(faults);
      }
    }

    private static String shown(JsonNode value) {
      String json = value.toString();
      return json.length() <= LONGEST_VALUE_SHOWN
          ? json
          : json.substring(0, LONGEST_VALUE_SHOWN) + "…";
    }
  }
}
