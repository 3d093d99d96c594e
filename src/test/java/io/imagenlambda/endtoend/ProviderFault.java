package io.imagenlambda.endtoend;

import static io.imagenlambda.endtoend.ExpectedOutcome.ACCOUNT;
import static io.imagenlambda.endtoend.ExpectedOutcome.BROKEN_OFF;
import static io.imagenlambda.endtoend.ExpectedOutcome.FILTERED;
import static io.imagenlambda.endtoend.ExpectedOutcome.PARTLY_DECLINED;
import static io.imagenlambda.endtoend.ExpectedOutcome.PARTLY_FILTERED;
import static io.imagenlambda.endtoend.ExpectedOutcome.REJECTED;
import static io.imagenlambda.endtoend.ExpectedOutcome.SUCCEEDED;
import static io.imagenlambda.endtoend.ExpectedOutcome.SUCCEEDED_LATER;
import static io.imagenlambda.endtoend.ExpectedOutcome.TIMED_OUT;
import static io.imagenlambda.endtoend.ExpectedOutcome.TOO_MANY;
import static io.imagenlambda.endtoend.ExpectedOutcome.UNAVAILABLE;
import static io.imagenlambda.endtoend.ExpectedOutcome.UNKNOWN;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One way for the provider to fail, and the expected outcome on each wire that can fail so.
 *
 * @param name the fault, in words
 */
record ProviderFault(String name, Map<ImageWire, Met> met) {
  /**
   * The fault on one wire.
   *
   * @param marker makes the simulator fail so
   */
  record Met(String marker, ExpectedOutcome expected) {}

  /** Every fault: status, shape of the body, and the moment at which it comes. */
  static final List<ProviderFault> ALL =
      Stream.of(notCharged(), forTheOperator(), causedByTheRequest(), perhapsCharged(), harmless())
          .flatMap(faults -> faults)
          .toList();

  /** Tried again, and then left to be sent again. */
  private static Stream<ProviderFault> notCharged() {
    return Stream.of(
        fault("429 that lasts", "429", TOO_MANY),
        fault("429 in an array that lasts", "429-array", TOO_MANY),
        fault("429 of the relay, once", "429-relayx1", SUCCEEDED_LATER),
        fault("429 without a body, once", "429-emptyx1", SUCCEEDED_LATER),
        fault("503 that lasts", "503", UNAVAILABLE),
        fault("503 of the relay, once", "503-relayx1", SUCCEEDED_LATER),
        fault("503 for want of capacity, once").gemini("503-capacityx1", SUCCEEDED_LATER),
        fault("500 that lasts", "500", UNAVAILABLE),
        fault("500 of the relay, once", "500-relayx1", SUCCEEDED_LATER),
        fault("502 as HTML, once", "html-502x1", SUCCEEDED_LATER),
        fault("502 without a body, once", "502-emptyx1", SUCCEEDED_LATER));
  }

  private static Stream<ProviderFault> forTheOperator() {
    return Stream.of(
        fault("401", "bad-key", ACCOUNT),
        fault("bad key sent as 400", "google-bad-key", ACCOUNT),
        fault("403", "403", ACCOUNT),
        fault("quota used up", "quota", ACCOUNT),
        fault("model not found sent as 503", "no-model", ACCOUNT),
        fault("model without a price sent as 500", "price", ACCOUNT),
        fault(
            "quota used up sent as 200",
            "empty={\"error\":{\"code\":\"insufficient_user_quota\",\"message\":\"no\"}}",
            ACCOUNT));
  }

  private static Stream<ProviderFault> causedByTheRequest() {
    return Stream.of(
            Stream.of(
                fault("400", "400", REJECTED),
                fault("invalid request sent as 500", "invalid-request", REJECTED),
                fault("blocked prompt sent as 400", "blocked", FILTERED),
                fault("sensitive words sent as 500", "sensitive", FILTERED),
                fault("all images filtered", "all-filtered", FILTERED),
                fault("one image filtered")
                    .imagen("filtered=1", PARTLY_FILTERED)
                    .gemini("all-filteredx1", PARTLY_FILTERED)),
            words(
                "finishReason ",
                "finish",
                FILTERED,
                "SAFETY",
                "PROHIBITED_CONTENT",
                "IMAGE_PROHIBITED_CONTENT",
                "BLOCKLIST",
                "SPII",
                "RECITATION",
                "IMAGE_RECITATION"),
            words(
                "blockReason ",
                "block",
                FILTERED,
                "SAFETY",
                "OTHER",
                "BLOCKLIST",
                "PROHIBITED_CONTENT",
                "IMAGE_SAFETY",
                "MODEL_ARMOR",
                "JAILBREAK"),
            words("finishReason ", "finish", REJECTED, "NO_IMAGE", "IMAGE_OTHER"),
            Stream.of(
                fault("text instead of an image").gemini("declined", REJECTED),
                fault("text instead of one image").gemini("declinedx1", PARTLY_DECLINED),
                fault("empty object", "empty={}", REJECTED),
                fault("null", "empty=null", REJECTED),
                fault("empty list", "empty=list", REJECTED),
                fault("empty image", "empty=bytes", REJECTED),
                fault("images stored elsewhere", "gcs", REJECTED)))
        .flatMap(faults -> faults);
  }

  /** Never repeated. */
  private static Stream<ProviderFault> perhapsCharged() {
    return Stream.concat(
        words(
            "finishReason ",
            "finish",
            UNKNOWN,
            "OTHER",
            "MAX_TOKENS",
            "MALFORMED_FUNCTION_CALL",
            "UNEXPECTED_TOOL_CALL"),
        Stream.of(
            fault("image that is counted and not there").gemini("lost", UNKNOWN),
            fault("499", "499", UNKNOWN),
            fault("504 as HTML", "504", TIMED_OUT),
            fault("524 as HTML", "524", TIMED_OUT),
            fault("408 as HTML", "408", TIMED_OUT),
            fault("HTML sent as 200", "empty=<html>oops</html>", UNKNOWN),
            fault("bytes that are no image", "not-an-image", UNKNOWN),
            fault("cut before the headers", "drop", UNKNOWN),
            fault("cut in the first image", "cut=1", UNKNOWN),
            fault("cut in the image after a thought").gemini("thoughts=1][fault:cut=2", UNKNOWN),
            fault("cut between the images").imagen("cut-after=1", BROKEN_OFF),
            fault("image that is not base64").imagen("data-uri=1", BROKEN_OFF),
            fault("cut in the last image")
                .imagen("cut=2", BROKEN_OFF)
                .gemini("cut=1x1", BROKEN_OFF),
            fault("stall before the headers", "slow=60000", TIMED_OUT),
            fault("stall in the first image", "stall=1", TIMED_OUT),
            fault("stall between the images").imagen("stall-after=1", BROKEN_OFF),
            fault("stall in the last image")
                .imagen("stall=2", BROKEN_OFF)
                .gemini("stall=1x1", BROKEN_OFF),
            fault("trickle", "trickle=500", TIMED_OUT)));
  }

  private static Stream<ProviderFault> harmless() {
    return Stream.of(
        fault("cut after the last image")
            .imagen("cut-after=2", SUCCEEDED)
            .gemini("cut-after=1", SUCCEEDED),
        fault("stall after the last image")
            .imagen("stall-after=2", SUCCEEDED)
            .gemini("stall-after=1", SUCCEEDED),
        fault("garbage after the images", "malformed", SUCCEEDED),
        fault("error beside the images", "error-beside", SUCCEEDED),
        fault("wrong type", "wrong-type", SUCCEEDED),
        fault("rewritten prompt").imagen("rewritten", SUCCEEDED),
        fault("safety attributes").imagen("safety", SUCCEEDED),
        fault("thoughts before the image").gemini("thoughts=3", SUCCEEDED),
        fault("thoughts alone").gemini("thoughts=2][fault:only-thoughts", SUCCEEDED),
        fault("other images before the image").gemini("drafts=3", SUCCEEDED),
        fault("MAX_TOKENS after the image").gemini("finish-after=MAX_TOKENS", SUCCEEDED),
        fault("escaped base64", "escaped", SUCCEEDED),
        fault("body of no known length", "chunked", SUCCEEDED));
  }

  /** On both wires, with the same outcome. */
  private static ProviderFault fault(String name, String marker, ExpectedOutcome expected) {
    return fault(name).imagen(marker, expected).gemini(marker, expected);
  }

  private static ProviderFault fault(String name) {
    return new ProviderFault(name, Map.of());
  }

  private ProviderFault imagen(String marker, ExpectedOutcome expected) {
    return with(ImageWire.IMAGEN, marker, expected);
  }

  private ProviderFault gemini(String marker, ExpectedOutcome expected) {
    return with(ImageWire.GEMINI, marker, expected);
  }

  private ProviderFault with(ImageWire wire, String marker, ExpectedOutcome expected) {
    Map<ImageWire, Met> more = new EnumMap<>(ImageWire.class);
    more.putAll(met);
    more.put(wire, new Met(marker, expected));
    return new ProviderFault(name, more);
  }

  /** The faults that only Gemini has, by a word of its answer. */
  private static Stream<ProviderFault> words(
      String what, String marker, ExpectedOutcome expected, String... words) {
    return Stream.of(words).map(word -> fault(what + word).gemini(marker + "=" + word, expected));
  }

  /** The wires that can fail so. */
  List<ImageWire> wires() {
    return List.copyOf(met.keySet());
  }

  Met on(ImageWire wire) {
    return Objects.requireNonNull(met.get(wire));
  }
}
