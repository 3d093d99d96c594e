package io.imagenlambda.queue;

/**
 * A request on its way to the queue.
 *
 * @param id the request's id; a FIFO queue takes it for group and deduplication
 * @param body the request as JSON
 */
public record QueuedRequest(String id, String body) {}
