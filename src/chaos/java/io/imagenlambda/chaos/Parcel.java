package io.imagenlambda.chaos;

import java.util.List;

/**
 * What is sent at a time: one request, or all those of a manifest.
 *
 * @param number counted from 0; the objects that are uploaded are named after it
 */
record Parcel(int number, Trigger trigger, List<Order> orders) {
  Parcel {
    orders = List.copyOf(orders);
  }

  /** The one request of everything but a manifest. */
  Order order() {
    return orders.getFirst();
  }

  /** The name of the object that is uploaded. */
  String key() {
    return "p%d.%s".formatted(number, trigger == Trigger.MANIFEST ? "jsonl" : "json");
  }
}
