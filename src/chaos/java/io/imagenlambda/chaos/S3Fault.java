package io.imagenlambda.chaos;

/** What goes wrong between the function and S3. */
enum S3Fault {
  SLOW_DOWN("503 SlowDown"),
  INTERNAL_ERROR("500 InternalError"),
  CONFLICT("409 ConditionalRequestConflict"),
  SLOW("slow"),
  CUT_BEFORE("cut before S3 had the request"),
  CUT_AFTER("cut after S3 had done it"),
  CUT_WITHIN("cut in the answer");

  private final String title;

  S3Fault(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
