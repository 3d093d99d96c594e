package io.imagenlambda.telemetry;

/** The function's metrics; their names and units are CloudWatch's. */
public enum Metric {
  REQUESTS("Requests", "Count"),
  /** By how the request ended; the only metric with a second dimension. */
  OUTCOMES("Outcomes", "Count"),
  IMAGES_REQUESTED("ImagesRequested", "Count"),
  IMAGES_STORED("ImagesStored", "Count"),
  IMAGES_FILTERED("ImagesFiltered", "Count"),
  IMAGE_BYTES("ImageBytes", "Bytes"),
  /** Calls that were charged, or may have been. */
  PAID_CALLS("PaidCalls", "Count"),
  /** Calls beyond the first of a request. */
  RETRIES("Retries", "Count"),
  /** Requests that were answered with a result of an earlier delivery. */
  REPLAYS("Replays", "Count"),
  /** From the first call to the end of the last answer, including the waits. */
  PREDICT_LATENCY("PredictLatency", "Milliseconds"),
  /** The rest of a request's time. */
  OVERHEAD("Overhead", "Milliseconds"),
  /** Processes, counted with the first request of each. */
  COLD_STARTS("ColdStarts", "Count");

  private final String wire;
  private final String unit;

  Metric(String wire, String unit) {
    this.wire = wire;
    this.unit = unit;
  }

  String wire() {
    return wire;
  }

  String unit() {
    return unit;
  }
}
