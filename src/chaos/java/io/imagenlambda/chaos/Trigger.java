package io.imagenlambda.chaos;

/** How a request is sent to the function. */
enum Trigger {
  HTTP("HTTP", 20),
  HTTP_LATER("HTTP, respond-async", 10),
  QUEUE("SQS", 22),
  FIFO("SQS, FIFO", 4),
  OBJECT("S3, .json", 8),
  MANIFEST("S3, .jsonl", 4),
  SCHEDULE("schedule", 6),
  INVOKE("direct invoke", 8),
  INVOKE_LATER("direct invoke, asynchronous", 6);

  private final String title;
  private final int weight;

  Trigger(String title, int weight) {
    this.title = title;
    this.weight = weight;
  }

  String title() {
    return title;
  }

  /** How often it is chosen, relative to the others. */
  int weight() {
    return weight;
  }

  /** Whether the sender gets an answer, and sends again where that says so. */
  boolean senderRetries() {
    return switch (this) {
      case HTTP, HTTP_LATER, SCHEDULE, INVOKE, INVOKE_LATER -> true;
      case QUEUE, FIFO, OBJECT, MANIFEST -> false;
    };
  }

  /** Whether the sender gets the answer that a request is invalid at once. */
  boolean rejectsAtOnce() {
    return this == HTTP || this == INVOKE;
  }
}
