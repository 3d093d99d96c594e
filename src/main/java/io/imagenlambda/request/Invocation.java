package io.imagenlambda.request;

/**
 * What is known of the invocation that a request came with.
 *
 * @param requestId the AWS request id, the same when Lambda itself repeats an asynchronous event;
 *     for the operator to find
 * @param source what kind of event it was, in one word: {@code http}, {@code sqs} …
 * @param deadline when the invocation ends
 */
public record Invocation(String requestId, String source, Deadline deadline) {}
