package io.imagenlambda.event;

import io.imagenlambda.generation.Deadline;

/**
 * What Lambda says of the invocation that an event came with.
 *
 * @param requestId the AWS request id, the same when Lambda itself repeats an asynchronous event
 */
record Invocation(String requestId, Deadline deadline) {}
