package io.imagenlambda.request;

import java.util.Optional;
import java.util.UUID;

/**
 * The invocation that a request came with.
 *
 * @param requestId the AWS request id; it stays the same when Lambda repeats an asynchronous event,
 *     perhaps while the first is still running
 * @param mark unique to this invocation
 * @param sandbox the execution environment, by the name of its log stream, if it runs one
 *     invocation at a time: then all earlier ones in it are over
 * @param source the kind of event in one word: {@code http}, {@code sqs} …
 * @param deadline when the invocation ends
 */
public record Invocation(
    String requestId, String mark, Optional<String> sandbox, String source, Deadline deadline) {

  /** An invocation that has just begun. */
  public static Invocation begun(
      String requestId, Optional<String> sandbox, String source, Deadline deadline) {
    return new Invocation(requestId, UUID.randomUUID().toString(), sandbox, source, deadline);
  }
}
