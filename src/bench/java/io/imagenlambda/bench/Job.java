package io.imagenlambda.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * What a program is to do in one invocation.
 *
 * @param size of each image, as the simulator understands it in a prompt
 * @param messages how many SQS messages carry it; 0 for a direct invoke
 */
record Job(String imageSize, String size, int sampleCount, int messages) {
  /** About what a real 1K image has. */
  static final Job ONE_1K = new Job("1K", "1500KB", 1, 0);

  /** Between what a 2K image usually has and the most that it can have. */
  static final Job FOUR_2K = new Job("2K", "8MB", 4, 0);

  private static final ObjectMapper JSON = new ObjectMapper();

  static Job oneOf(int megabytes) {
    return new Job("2K", megabytes + "MB", 1, 0);
  }

  static Job batchOf(int messages) {
    return new Job(FOUR_2K.imageSize, FOUR_2K.size, FOUR_2K.sampleCount, messages);
  }

  int images() {
    return sampleCount * Math.max(1, messages);
  }

  /** The event; what it stores has keys that begin with the id. */
  byte[] event(String id) {
    if (messages == 0) {
      return request(id).toString().getBytes(UTF_8);
    }
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (int n = 0; n < messages; n++) {
      String now = Long.toString(Instant.now().toEpochMilli());
      ObjectNode message =
          records
              .addObject()
              .put("messageId", UUID.randomUUID().toString())
              .put("receiptHandle", "bench")
              .put("body", request(id + "-" + n).toString())
              .put("eventSource", "aws:sqs")
              .put("eventSourceARN", "arn:aws:sqs:us-east-1:123456789012:requests")
              .put("awsRegion", "us-east-1");
      message.putObject("messageAttributes");
      message
          .putObject("attributes")
          .put("ApproximateReceiveCount", "1")
          .put("SentTimestamp", now)
          .put("ApproximateFirstReceiveTimestamp", now);
    }
    return event.toString().getBytes(UTF_8);
  }

  /** The seed keeps the picture the same for every id, so that it is drawn once. */
  private ObjectNode request(String id) {
    ObjectNode request =
        JSON.createObjectNode()
            .put("id", id)
            .put("prompt", "A lighthouse in fog [size:%s]".formatted(size));
    request
        .putObject("parameters")
        .put("sampleCount", sampleCount)
        .put("imageSize", imageSize)
        .put("seed", 1);
    return request;
  }
}
