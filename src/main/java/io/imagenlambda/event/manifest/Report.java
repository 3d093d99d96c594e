package io.imagenlambda.event.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.imagenlambda.request.GenerationResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of an event whose sender expects no answer: for manual invocations and Lambda's
 * destinations.
 *
 * @param results of the requests that ran here
 * @param queued the ids of those that run later
 * @param invalid the invalid requests of an object
 * @param ignored what needed no work, and why
 * @param omitted how many entries are not listed: an answer has 6 MB at most
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RegisterForReflection
public record Report(
    List<GenerationResult> results,
    List<String> queued,
    List<InvalidLine> invalid,
    List<String> ignored,
    @Nullable Integer omitted) {
  private static final int MOST_RESULTS = 200;
  private static final int MOST_LINES = 5000;

  /**
   * An invalid request of an object.
   *
   * @param line where it stands, from 1
   * @param id the id of its stored result
   */
  public record InvalidLine(String object, int line, String id, String detail) {}

  private static Report nothing() {
    return new Report(
        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), null);
  }

  static Report of(GenerationResult result) {
    return new Report(List.of(result), List.of(), List.of(), List.of(), null);
  }

  /** What a request came to: its result, or that it waits on the queue. */
  public static Report of(String id, Optional<GenerationResult> result) {
    return result.map(Report::of).orElseGet(() -> queued(id));
  }

  static Report queued(String id) {
    return new Report(List.of(), List.of(id), List.of(), List.of(), null);
  }

  static Report invalid(String object, int line, String id, String detail) {
    return new Report(
        List.of(), List.of(), List.of(new InvalidLine(object, line, id, detail)), List.of(), null);
  }

  public static Report ignored(String what) {
    return new Report(List.of(), List.of(), List.of(), List.of(what), null);
  }

  /** Merges reports, as far as there is room. */
  public static Report all(List<Report> reports) {
    Report all = nothing();
    int omitted = 0;
    for (Report report : reports) {
      omitted += add(report.results, all.results, MOST_RESULTS);
      omitted += add(report.queued, all.queued, MOST_LINES);
      omitted += add(report.invalid, all.invalid, MOST_LINES);
      omitted += add(report.ignored, all.ignored, MOST_LINES);
      omitted += report.omitted == null ? 0 : report.omitted;
    }
    return omitted == 0
        ? all
        : new Report(all.results, all.queued, all.invalid, all.ignored, omitted);
  }

  /** Adds what fits, and returns how many did not. */
  private static <T> int add(List<T> some, List<T> all, int most) {
    List<T> fitting = some.subList(0, Math.min(some.size(), most - all.size()));
    all.addAll(fitting);
    return some.size() - fitting.size();
  }
}
