package io.imagenlambda.chaos;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that is known of one request in the end.
 *
 * @param results what is stored; one is right
 * @param images the SHA-256 of every stored image's bytes, by its {@code s3Uri}
 * @param calls what the simulator of the predict API had
 * @param told what senders were told
 * @param refused whether a sender was told that it is no request
 * @param dead whether a message with it is in a dead-letter queue
 * @param disturbed whether one of those who claimed it was killed or overran its time
 */
record Account(
    Order order,
    List<Result> results,
    Map<String, String> images,
    List<Charge> calls,
    List<Result> told,
    boolean refused,
    boolean dead,
    boolean disturbed) {

  /**
   * A call of the predict API.
   *
   * @param status of the answer; 0 where there was none
   * @param served the SHA-256 of every image that was sent whole
   */
  record Charge(int status, Set<String> served) {
    /** Whether it is paid for, or may be: it was answered well, too late, or not at all. */
    boolean mayBePaid() {
      return switch (status) {
        case 0, 200, 408, 504, 524 -> true;
        default -> false;
      };
    }
  }

  long paid() {
    return calls.stream().filter(Charge::mayBePaid).count();
  }

  long unpaid() {
    return calls.size() - paid();
  }
}
