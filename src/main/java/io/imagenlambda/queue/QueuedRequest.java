package io.imagenlambda.queue;

import java.nio.charset.StandardCharsets;

/**
 * A request on its way to the queue.
 *
 * @param id the request's id; a FIFO queue takes it for group and deduplication
 * @param body the request as JSON
 */
public record QueuedRequest(String id, String body) {
  /** In bytes; what every region and every stand-in takes. */
  static final int LARGEST = 256 * 1024;

  /** Whether a queue can hold it. */
  public boolean fits() {
    return bytes() <= LARGEST;
  }

  int bytes() {
    return body.getBytes(StandardCharsets.UTF_8).length;
  }
}
