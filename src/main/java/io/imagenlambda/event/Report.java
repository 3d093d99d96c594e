package io.imagenlambda.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.imagenlambda.generation.GenerationResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;

/**
 * What an event without an answer of its own came to: for whoever invokes the function with it by
 * hand, and for Lambda's destinations.
 *
 * @param results of the requests that ran here
 * @param queued the ids of those that run later
 * @param invalid the requests of an object that are none
 * @param ignored what there was nothing to do for
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RegisterForReflection
record Report(
    List<GenerationResult> results,
    List<String> queued,
    List<InvalidLine> invalid,
    List<String> ignored) {

  /**
   * A request of an object that is none.
   *
   * @param line where it stands, from 1
   * @param id what its stored result is called
   */
  @RegisterForReflection
  record InvalidLine(String object, int line, String id, String detail) {}

  static Report of(GenerationResult result) {
    return new Report(List.of(result), List.of(), List.of(), List.of());
  }

  static Report queued(List<String> ids) {
    return new Report(List.of(), ids, List.of(), List.of());
  }

  static Report invalid(String object, int line, String id, String detail) {
    return new Report(
        List.of(), List.of(), List.of(new InvalidLine(object, line, id, detail)), List.of());
  }

  static Report ignored(String what) {
    return new Report(List.of(), List.of(), List.of(), List.of(what));
  }

  static Report all(List<Report> reports) {
    Report all =
        new Report(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Report report : reports) {
      all.results.addAll(report.results);
      all.queued.addAll(report.queued);
      all.invalid.addAll(report.invalid);
      all.ignored.addAll(report.ignored);
    }
    return all;
  }
}
