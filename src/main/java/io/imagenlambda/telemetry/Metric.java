package io.imagenlambda.telemetry;

import org.jspecify.annotations.Nullable;

/** The function's metrics; their names and units are CloudWatch's. */
public enum Metric {
  REQUESTS("Requests", "Count"),
  /** By how the request ended; a dimension of its own. */
  OUTCOMES("Outcomes", "Count", Dimension.OUTCOME),
  IMAGES_REQUESTED("ImagesRequested", "Count"),
  IMAGES_STORED("ImagesStored", "Count"),
  IMAGES_FILTERED("ImagesFiltered", "Count"),
  IMAGE_BYTES("ImageBytes", "Bytes"),
  /** Calls that were charged, or may have been. */
  PAID_CALLS("PaidCalls", "Count"),
  /** What the provider counted, by model. */
  PROMPT_TOKENS("PromptTokens", "Count", Dimension.MODEL),
  OUTPUT_TOKENS("OutputTokens", "Count", Dimension.MODEL),
  IMAGE_TOKENS("ImageTokens", "Count", Dimension.MODEL),
  THOUGHT_TOKENS("ThoughtTokens", "Count", Dimension.MODEL),
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

  /** What a metric can be told apart by, beside the function. */
  enum Dimension {
    OUTCOME("Outcome"),
    MODEL("Model");

    private final String wire;

    Dimension(String wire) {
      this.wire = wire;
    }

    String wire() {
      return wire;
    }
  }

  private final String wire;
  private final String unit;
  private final @Nullable Dimension dimension;

  Metric(String wire, String unit) {
    this(wire, unit, null);
  }

  Metric(String wire, String unit, @Nullable Dimension dimension) {
    this.wire = wire;
    this.unit = unit;
    this.dimension = dimension;
  }

  /** By what it is told apart, beside the function; null for nothing. */
  @Nullable Dimension dimension() {
    return dimension;
  }

  String wire() {
    return wire;
  }

  String unit() {
    return unit;
  }
}
