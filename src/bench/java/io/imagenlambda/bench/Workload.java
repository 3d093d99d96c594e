package io.imagenlambda.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.predict.Call;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * What a program has to do in one invocation.
 *
 * @param model its name picks the wire
 * @param size of each image, as the simulator reads it in a prompt, such as {@code 8MB}
 * @param sampleCount how many images a request asks for
 * @param thoughts how many images that are thoughts come before each image, of the same size
 * @param references how many images it works from, of 1.4 MB each
 * @param messages how many SQS messages the event has; 0 for a direct invoke
 */
record Workload(
    String model,
    String imageSize,
    String size,
    int sampleCount,
    int thoughts,
    int references,
    int messages) {
  static final String IMAGEN = "imagen-4.0-generate-001";
  static final String GEMINI = "gemini-nano-banana-2.1";

  /** One image of about the size of a real 1K image. */
  static final Workload ONE_1K = new Workload(IMAGEN, "1K", "1500KB", 1, 0, 0, 0);

  /** Four images, larger than a usual 2K image and smaller than the largest possible one. */
  static final Workload FOUR_2K = new Workload(IMAGEN, "2K", "8MB", 4, 0, 0, 0);

  /** The same image as {@link #ONE_1K}, on the other wire. */
  static final Workload GEMINI_ONE_1K = gemini("1K", "1500KB", 1, 0);

  /** Four calls side by side, each with three images of nearly the largest size that there is. */
  static final Workload GEMINI_FOUR_4K = gemini("4K", "24MB", 4, 2);

  /** As many references as there may be, each in four calls side by side. */
  static final Workload GEMINI_FOURTEEN_REFERENCES =
      new Workload(GEMINI, "1K", "1500KB", 4, 0, 14, 0);

  private static final byte[] PNG = HexFormat.of().parseHex("89504e470d0a1a0a");
  private static final int REFERENCE_BYTES = 1_400_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  static Workload oneOf(int megabytes) {
    return new Workload(IMAGEN, "2K", megabytes + "MB", 1, 0, 0, 0);
  }

  static Workload batchOf(int messages) {
    return new Workload(IMAGEN, "2K", FOUR_2K.size, FOUR_2K.sampleCount, 0, 0, messages);
  }

  static Workload gemini(String imageSize, String size, int sampleCount, int thoughts) {
    return new Workload(GEMINI, imageSize, size, sampleCount, thoughts, 0, 0);
  }

  /** Puts the references where the requests look for them. */
  void prepare(Lab lab) {
    for (int n = 0; n < references; n++) {
      byte[] image = new byte[REFERENCE_BYTES];
      new Random(n).nextBytes(image);
      System.arraycopy(PNG, 0, image, 0, PNG.length);
      String key = key(n);
      lab.s3()
          .putObject(put -> put.bucket(Lab.REQUEST_BUCKET).key(key), RequestBody.fromBytes(image));
    }
  }

  private static String key(int reference) {
    return "references/%d.png".formatted(reference);
  }

  /** The images of a call that are to be stored. */
  List<Call.Served> wanted(Call call) {
    List<Call.Served> served = call.served();
    return model.equals(GEMINI) && !served.isEmpty() ? List.of(served.getLast()) : served;
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

  /** The pictures are the same for every id, and drawn only once. */
  private ObjectNode request(String id) {
    String marker = thoughts == 0 ? "" : " [fault:thoughts=%d]".formatted(thoughts);
    ObjectNode request =
        JSON.createObjectNode()
            .put("id", id)
            .put("model", model)
            .put("prompt", "A lighthouse in fog [size:%s]%s".formatted(size, marker));
    ObjectNode parameters =
        request.putObject("parameters").put("sampleCount", sampleCount).put("imageSize", imageSize);
    if (model.equals(IMAGEN)) {
      parameters.put("seed", 1); // the other wire takes it for one image only
    }
    for (int n = 0; n < references; n++) {
      request.withArray("/references").add("s3://%s/%s".formatted(Lab.REQUEST_BUCKET, key(n)));
    }
    return request;
  }
}
