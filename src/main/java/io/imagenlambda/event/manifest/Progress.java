package io.imagenlambda.event.manifest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an object with many requests has come: the content of {@code progress.json}, and in the
 * end of {@code report.json}.
 *
 * @param object its {@code s3://} URI
 * @param lines how many of its requests were read, valid or not
 * @param queued how many of these wait on the queue, or have ended before
 * @param refused how many are invalid, or have the id of another request
 * @param refusals the first of them
 * @param endedAt when the last was read; null before that
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record Progress(
    String object,
    int lines,
    int queued,
    int refused,
    List<Refusal> refusals,
    @Nullable Instant endedAt) {
  private static final int MOST_REFUSALS = 1000;

  /**
   * A request that is not run.
   *
   * @param line where it stands, from 1
   */
  public record Refusal(int line, String detail) {}

  static Progress begun(String object) {
    return new Progress(object, 0, 0, 0, List.of(), null);
  }

  /** So many more were read, and these of them refused. */
  Progress after(int more, List<Report.InvalidLine> invalid) {
    List<Refusal> first = new ArrayList<>(refusals);
    invalid.stream()
        .limit(MOST_REFUSALS - first.size())
        .map(line -> new Refusal(line.line(), line.detail()))
        .forEach(first::add);
    return new Progress(
        object,
        lines + more,
        queued + more - invalid.size(),
        refused + invalid.size(),
        first,
        null);
  }

  Progress ended(Instant now) {
    return new Progress(object, lines, queued, refused, refusals, now);
  }

  @JsonIgnore
  public boolean hasEnded() {
    return endedAt != null;
  }
}
