package io.imagenlambda.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * What a program has to do in one invocation.
 *
 * @param size of each image, as the simulator reads it in a prompt, such as {@code 8MB}
 * @param messages how many SQS messages the event has; 0 for a direct invoke
 */
record Workload(String imageSize, String size, int sampleCount, int messages) {
  /** One image of about the size of a real 1K image. */
  static final Workload ONE_1K = new Workload("1K", "1500KB", 1, 0);

  /** Four images, larger than a usual 2K image and smaller than the largest possible one. */
  static final Workload FOUR_2K = new Workload("2K", "8MB", 4, 0);

  private static final ObjectMapper JSON = new ObjectMapper();

  static Workload oneOf(int megabytes) {
    return new Workload("2K", megabytes + "MB", 1, 0);
  }

  static Workload batchOf(int messages) {
    return new Workload(FOUR_2K.imageSize, FOUR_2K.size, FOUR_2K.sampleCount, messages);
  }

  int images() {
    return sampleCount * Math.max(1, messages);
  }

  /** The event. All ids of its requests begin with this id. */
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

  /** With the same seed the picture is the same for every id, and drawn only once. */
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
