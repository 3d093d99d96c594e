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
 * @param message which message of a queue brought the request; empty if none did
 * @param deadline when the invocation ends
 */
public record Invocation(
    String requestId,
    String mark,
    Optional<String> sandbox,
    String source,
    Optional<Message> message,
    Deadline deadline) {

  /**
   * A message of a queue, which comes again as long as it is not done.
   *
   * @param sentAt when it was sent
   * @param receives how often it was received, this time included
   */
  public record Message(Instant sentAt, int receives) {}

  /** An invocation that has just begun. */
  public static Invocation begun(
      String requestId, Optional<String> sandbox, String source, Deadline deadline) {
    return new Invocation(
        requestId, UUID.randomUUID().toString(), sandbox, source, Optional.empty(), deadline);
  }

  /** The same, for one message of its batch. */
  public Invocation of(Message message) {
    return new Invocation(requestId, mark, sandbox, source, Optional.of(message), deadline);
  }
}
