package io.imagenlambda.request;

import java.time.Instant;
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
 * @param sentAt when the message was sent that brought the request; empty if none did
 * @param deadline when the invocation ends
 */
public record Invocation(
    String requestId,
    String mark,
    Optional<String> sandbox,
    String source,
    Optional<Instant> sentAt,
    Deadline deadline) {

  /** An invocation that has just begun. */
  public static Invocation begun(
      String requestId, Optional<String> sandbox, String source, Deadline deadline) {
    return new Invocation(
        requestId, UUID.randomUUID().toString(), sandbox, source, Optional.empty(), deadline);
  }

  /** The same, for one message of its batch. */
  public Invocation ofMessage(Instant sent) {
    return new Invocation(requestId, mark, sandbox, source, Optional.of(sent), deadline);
  }
}
