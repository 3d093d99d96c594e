package io.imagenlambda.chaos;

/** What the provider does with a request, and what its outcome must be. */
enum Scenario {
  NONE("", 1, 30, "succeeded", 1, 1, 0),
  NONE_OF_TWO("", 2, 20, "succeeded", 2, 1, 0),
  /** Two of these at a time do not fit into the function's temporary directory. */
  LARGE("", 2, 6, "succeeded", 2, 1, 0),
  OVERLOADED("429=1x1", 1, 5, "succeeded", 1, 1, 1),
  OVERLOADED_TWICE("429-relay=1x2", 1, 2, "succeeded", 1, 1, 2),
  UNAVAILABLE("503=1x1", 1, 4, "succeeded", 1, 1, 1),
  INTERNAL("500x1", 1, 2, "succeeded", 1, 1, 1),
  BAD_GATEWAY("html-502x1", 1, 2, "succeeded", 1, 1, 1),
  NO_QUOTA("quotax1", 1, 2, "succeeded", 1, 1, 1),
  PARTLY_FILTERED("filtered=1", 2, 2, "partial", 1, 1, 0),
  FILTERED("all-filtered", 1, 2, "filtered", 0, 1, 0),
  BLOCKED("blocked", 1, 1, "filtered", 0, 0, 1),
  REJECTED("400", 1, 1, "failed", 0, 0, 1),
  STORED_ELSEWHERE("gcs", 1, 1, "failed", 0, 1, 0),
  EMPTY("empty={}", 1, 1, "failed", 0, 1, 0),
  GATEWAY_TIMEOUT("504x1", 1, 2, "failed", 0, 1, 0),
  DROPPED("dropx1", 1, 2, "failed", 0, 1, 0),
  CUT("cut=1x1", 1, 2, "failed", 0, 1, 0),
  CUT_IN_THE_SECOND("cut=2x1", 2, 2, "partial", 1, 1, 0),
  CUT_AFTER_THE_LAST("cut-after=2", 2, 1, "succeeded", 2, 1, 0),
  STALLED("stall=2x1", 2, 2, "partial", 1, 1, 0),
  TRICKLE("trickle=10", 1, 2, "succeeded", 1, 1, 0),
  SLOW("slow=700", 1, 4, "succeeded", 1, 1, 0),
  /** Takes nearly as long as one invocation may. */
  KEPT_WAITING("429=1x2][fault:slow=2000", 1, 3, "succeeded", 1, 1, 2),
  WRONG_TYPE("wrong-type", 1, 1, "succeeded", 1, 1, 0),
  NOT_AN_IMAGE("not-an-image", 1, 1, "failed", 0, 1, 0),
  MALFORMED("malformed", 2, 1, "succeeded", 2, 1, 0),
  ESCAPED("escaped", 1, 1, "succeeded", 1, 1, 0),
  CHUNKED("chunked", 2, 1, "succeeded", 2, 1, 0),
  /** The request itself is invalid, and the provider must not see it. */
  INVALID_REQUEST("", 1, 1, "failed", 0, 0, 0),
  SEVERAL(Models.ONE_IMAGE_A_CALL, "", 3, 10, "succeeded", 3, 3, 0),
  SEVERAL_THOUGHTFUL(Models.ONE_IMAGE_A_CALL, "thoughts=2", 4, 2, "succeeded", 4, 4, 0),
  SEVERAL_LARGE(Models.ONE_IMAGE_A_CALL, "", 2, 2, "succeeded", 2, 2, 0),
  SEVERAL_SLOW(Models.ONE_IMAGE_A_CALL, "slow=700", 2, 2, "succeeded", 2, 2, 0),
  ONE_UNAVAILABLE(Models.ONE_IMAGE_A_CALL, "503=1x1", 3, 5, "succeeded", 3, 3, 1),
  TWO_OVERLOADED(Models.ONE_IMAGE_A_CALL, "429=1x2", 3, 2, "succeeded", 3, 3, 2),
  ONE_WITHOUT_QUOTA(Models.ONE_IMAGE_A_CALL, "quotax1", 2, 2, "succeeded", 2, 2, 1),
  ONE_FILTERED(Models.ONE_IMAGE_A_CALL, "all-filteredx1", 3, 2, "partial", 2, 3, 0),
  ONE_REJECTED(Models.ONE_IMAGE_A_CALL, "400x1", 3, 1, "partial", 2, 2, 1),
  ONE_CUT(Models.ONE_IMAGE_A_CALL, "cut=1x1", 3, 2, "partial", 2, 3, 0),
  ONE_DROPPED(Models.ONE_IMAGE_A_CALL, "dropx1", 2, 1, "partial", 1, 2, 0),
  ONE_STALLED(Models.ONE_IMAGE_A_CALL, "stall=1x1", 3, 1, "partial", 2, 3, 0),
  ONE_GATEWAY_TIMEOUT(Models.ONE_IMAGE_A_CALL, "504x1", 2, 1, "partial", 1, 2, 0),
  /** What is called again depends on which of the calls gets which fault, and when. */
  ONE_UNAVAILABLE_AND_ONE_LATE(
      Models.ONE_IMAGE_A_CALL, "503=1x1][fault:504x1", 4, 2, "partial", 0, 0, 0);

  private final String model;
  private final String marker;
  private final int samples;
  private final int weight;
  private final String status;
  private final int images;
  private final int paid;
  private final int refused;

  /** One call for all images, of the default model. */
  Scenario(
      String marker, int samples, int weight, String status, int images, int paid, int refused) {
    this("", marker, samples, weight, status, images, paid, refused);
  }

  Scenario(
      String model,
      String marker,
      int samples,
      int weight,
      String status,
      int images,
      int paid,
      int refused) {
    this.model = model;
    this.marker = marker;
    this.samples = samples;
    this.weight = weight;
    this.status = status;
    this.images = images;
    this.paid = paid;
    this.refused = refused;
  }

  /** The marker in the prompt that makes the simulator fail so; empty for a good answer. */
  String marker() {
    return marker.isEmpty() ? "" : "[fault:%s]".formatted(marker);
  }

  /** The size of each image, as a marker in the prompt. */
  String size() {
    return this == LARGE || this == SEVERAL_LARGE ? "[size:1MB]" : "[size:2KB]";
  }

  /** The model that is asked; empty for the default one. */
  String model() {
    return model;
  }

  /** Whether each image takes a call of its own. */
  boolean hasSeveralCalls() {
    return !model.isEmpty();
  }

  /** Whether it may end in several ways, so that only the rules for all requests apply. */
  boolean isOpen() {
    return this == ONE_UNAVAILABLE_AND_ONE_LATE;
  }

  /** How many images are asked for. */
  int samples() {
    return samples;
  }

  /** How often it is chosen, relative to the others. */
  int weight() {
    return weight;
  }

  /**
   * Whether it is not known if a call was charged: with {@code IMAGEN_REPEAT_UNKNOWN} another one
   * is made in its place, and that one succeeds.
   */
  boolean isUnknown() {
    return switch (this) {
      case GATEWAY_TIMEOUT, DROPPED, CUT, CUT_IN_THE_SECOND, STALLED -> true;
      case ONE_CUT, ONE_DROPPED, ONE_STALLED, ONE_GATEWAY_TIMEOUT -> true;
      default -> false;
    };
  }

  /** The status that the result must have. */
  String status() {
    return status;
  }

  /** How many images must be stored in the end. */
  int images() {
    return images;
  }

  /** How many calls must be charged, or may be. */
  int paid() {
    return paid;
  }

  /** How many calls must be refused, and so not charged. */
  int refused() {
    return refused;
  }

  /** Constants of an enum come before its fields, so that these stand in a class of their own. */
  private static final class Models {
    static final String ONE_IMAGE_A_CALL = "gemini-nano-banana-2.1";
  }
}
