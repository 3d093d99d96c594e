package io.imagenlambda.lab.predict;

import io.imagenlambda.lab.predict.Fault.ErrorAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The faults of the next call: those that a test has queued, else those in the prompt. */
final class Faults {
  private static final Pattern MARKER =
      Pattern.compile("\\[fault:([a-z0-9-]+?)(?:=([^\\]]*?))?(?:x(\\d+))?]");
  private static final Pattern SIZE = Pattern.compile("\\[size:(\\d+)(KB|MB)]");

  private final Queue<List<Fault>> queued = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> used = new HashMap<>();

  /** The faults of the next call without queued ones. Faults in its prompt are ignored then. */
  void queue(List<Fault> faults) {
    queued.add(List.copyOf(faults));
  }

  List<Fault> forCall(String prompt) {
    List<Fault> next = queued.poll();
    return next == null ? marked(prompt) : next;
  }

  /**
   * Of several errors only the first that is not used up counts, so {@code
   * [fault:429x2][fault:503]} is a sequence.
   */
  private synchronized List<Fault> marked(String prompt) {
    List<Fault> faults = new ArrayList<>();
    Matcher markers = MARKER.matcher(prompt);
    boolean error = false;
    while (markers.find()) {
      MatchResult marker = markers.toMatchResult();
      Fault fault = Fault.parse(marker.group(1), marker.group(2));
      boolean anotherError = error && fault instanceof ErrorAnswer;
      if (!anotherError && stillOn(prompt, marker)) {
        faults.add(fault);
        error |= fault instanceof ErrorAnswer;
      }
    }
    return faults;
  }

  private boolean stillOn(String prompt, MatchResult marker) {
    if (marker.group(3) == null) {
      return true;
    }
    int times = used.merge(marker.start() + prompt, 1, Integer::sum);
    return times <= Integer.parseInt(marker.group(3));
  }

  /** The prompt without its markers, for the drawing. */
  static String unmarked(String prompt) {
    return SIZE.matcher(MARKER.matcher(prompt).replaceAll("")).replaceAll("").strip();
  }

  /** The size in bytes that the prompt asks for each image, if it does. */
  static Optional<Integer> wantedBytes(String prompt) {
    Matcher size = SIZE.matcher(prompt);
    if (!size.find()) {
      return Optional.empty();
    }
    int unit = size.group(2).equals("MB") ? 1_000_000 : 1_000;
    return Optional.of(Integer.parseInt(size.group(1)) * unit);
  }
}
