package io.imagenlambda.request;

/**
 * The invocation that a request came with.
 *
 * @param requestId the AWS request id; it stays the same when Lambda repeats an asynchronous event
 * @param source the kind of event in one word: {@code http}, {@code sqs} …
 * @param deadline when the invocation ends
 */
public record Invocation(String requestId, String source, Deadline deadline) {}
