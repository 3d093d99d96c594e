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

/** Which faults the next call meets: those that a test has queued, else those in the prompt. */
final class Faults {
  private static final Pattern MARKER =
      Pattern.compile("\\[fault:([a-z0-9-]+?)(?:=([^\\]]*?))?(?:x(\\d+))?]");
  private static final Pattern SIZE = Pattern.compile("\\[size:(\\d+)(KB|MB)]");

  private final Queue<List<Fault>> queued = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> used = new HashMap<>();

  /**
   * The next call that nothing was queued for before meets these, and its prompt's do not count.
   */
  void queue(List<Fault> faults) {
    queued.add(List.copyOf(faults));
  }

  List<Fault> forCall(String prompt) {
    List<Fault> next = queued.poll();
    return next == null ? marked(prompt) : next;
  }

  /**
   * Of several errors the first counts alone, so that {@code [fault:429x2][fault:503]} is a row.
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

  /** The prompt without its markers, as it is drawn. */
  static String unmarked(String prompt) {
    return SIZE.matcher(MARKER.matcher(prompt).replaceAll("")).replaceAll("").strip();
  }

  /** About how many bytes each image is to have, where the prompt says so. */
  static Optional<Integer> wantedBytes(String prompt) {
    Matcher size = SIZE.matcher(prompt);
    if (!size.find()) {
      return Optional.empty();
    }
    int unit = size.group(2).equals("MB") ? 1_000_000 : 1_000;
    return Optional.of(Integer.parseInt(size.group(1)) * unit);
  }
}
