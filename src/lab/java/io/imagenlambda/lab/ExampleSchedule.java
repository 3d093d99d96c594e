package io.imagenlambda.lab;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Requests for the schedule of a lab that has none. */
final class ExampleSchedule {
  private static final String REQUESTS =
      """
      {"prompt":"a lighthouse on ${date}","parameters":{"sampleCount":1}}
      {"prompt":"a harbour at ${time}","parameters":{"sampleCount":1,"aspectRatio":"16:9"}}
      """;

  private ExampleSchedule() {}

  static void putIfMissing(Lab lab) {
    try {
      lab.s3().headObject(head -> head.bucket(Lab.SCHEDULE_BUCKET).key(Lab.SCHEDULE_KEY));
    } catch (NoSuchKeyException missing) {
      lab.s3()
          .putObject(
              put -> put.bucket(Lab.SCHEDULE_BUCKET).key(Lab.SCHEDULE_KEY),
              RequestBody.fromString(REQUESTS));
    }
  }
}
