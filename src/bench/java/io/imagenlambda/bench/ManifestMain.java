package io.imagenlambda.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.Answer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ./mvnw -Pmanifest}: has a manifest of 100,000 requests read through the lab, with an S3
 * that takes 20 ms for an object, and prints how long that took, how many invocations of the
 * default timeout, and how much memory. Exits with status 1 if an invocation fails or a request is
 * missing.
 *
 * <p>{@code -Dmanifest.lines=1000000} has another number of requests, {@code -Dmanifest.s3=0}
 * another time in milliseconds. The messages stay on the lab's queue, and nothing is generated.
 */
public final class ManifestMain {
  private static final String KEY = "in/many.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The template's default. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final int lines = Integer.getInteger("manifest.lines", 100_000);
  private final Duration latency = Duration.ofMillis(Integer.getInteger("manifest.s3", 20));
  private final Path work = Path.of(System.getProperty("basedir", ""), "target", "manifest");

  private ManifestMain() {}

  public static void main(String[] args) {
    int status = 1;
    try {
      new ManifestMain().run();
      status = 0;
    } catch (LabException | IOException e) {
      log(e.toString());
    }
    System.exit(status); // the embedded servers leave threads behind
  }

  private void run() throws IOException {
    Files.createDirectories(work);
    LabOptions options =
        LabOptions.forTests()
            .outputUnchecked()
            .sink(ManifestMain::log) // says why an invocation stopped
            .env("IMAGEN_LOG_JSON", "false")
            .concurrency(1)
            .timeout(TIMEOUT)
            .s3Latency(latency)
            .env("IMAGEN_TIMEOUT", "9m")
            .env("IMAGEN_MAX_REQUESTS", Integer.toString(lines));
    try (Lab lab = Lab.start(options)) {
      log("uploading %,d requests".formatted(lines));
      lab.s3().putObject(put -> put.bucket(Lab.REQUEST_BUCKET).key(KEY), manifest());
      long start = System.nanoTime();
      List<Long> peaks = readToItsEnd(lab);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      JsonNode report = report(lab);
      String queued = messages(lab);
      System.out.printf(
          """
          | requests | S3, for an object | invocations | time | requests a second | memory after the first | … at the end |
          |--:|--:|--:|--:|--:|--:|--:|
          | %,d | %d ms | %d | %d s | %,d | %d MiB | %d MiB |

          %s, %s messages are on the queue
          """,
          lines,
          latency.toMillis(),
          peaks.size(),
          took.toSeconds(),
          lines * 1000L / took.toMillis(),
          peaks.getFirst(),
          peaks.getLast(),
          report,
          queued);
      if (report.path("queued").asInt() != lines || !queued.equals(Integer.toString(lines))) {
        throw new LabException("not all requests are on the queue");
      }
    }
  }

  private Path manifest() throws IOException {
    Path file = work.resolve("many.jsonl");
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (int line = 1; line <= lines; line++) {
        writer.write(
            "{\"prompt\":\"a lighthouse in fog, %d\",\"parameters\":{\"sampleCount\":1}}%n"
                .formatted(line));
      }
    }
    return file;
  }

  /**
   * Delivers the message that names the object until it is done.
   *
   * @return the most memory of the process, in MiB, after each invocation
   */
  private static List<Long> readToItsEnd(Lab lab) throws IOException {
    List<Long> peaks = new ArrayList<>();
    while (true) {
      Answer answer = lab.function().invoke(delivery(peaks.size() + 1));
      if (!(answer instanceof Answer.Success)) {
        throw new LabException("an invocation failed: " + answer.text());
      }
      long pid = lab.function().timings().getLast().pid();
      peaks.add(Math.round(new ProcessStats(pid).peakRssMebibytes()));
      log("invocation %d: %s, %d MiB".formatted(peaks.size(), answer.text(), peaks.getLast()));
      if (JSON.readTree(answer.payload()).path("batchItemFailures").isEmpty()) {
        return peaks;
      }
    }
  }

  /** The message of S3 about the object, as Lambda hands it over. */
  private static String delivery(int receives) {
    ObjectNode event = JSON.createObjectNode();
    ObjectNode created = event.withArray("Records").addObject();
    created.put("eventSource", "aws:s3").put("eventName", "ObjectCreated:Put");
    created.withObject("/s3/bucket").put("name", Lab.REQUEST_BUCKET);
    created.withObject("/s3/object").put("key", KEY);
    ObjectNode batch = JSON.createObjectNode();
    ObjectNode message = batch.withArray("Records").addObject();
    message.put("messageId", "many").put("receiptHandle", "many").put("body", event.toString());
    message.put("eventSource", "aws:sqs");
    message.put("eventSourceARN", "arn:aws:sqs:us-east-1:123456789012:requests");
    message
        .putObject("attributes")
        .put("ApproximateReceiveCount", Integer.toString(receives))
        .put("SentTimestamp", Long.toString(System.currentTimeMillis()));
    return batch.toString();
  }

  private static JsonNode report(Lab lab) throws IOException {
    String key =
        lab
            .s3()
            .listObjectsV2(list -> list.bucket(Lab.OUTPUT_BUCKET).prefix("images/_manifests/"))
            .contents()
            .stream()
            .map(object -> object.key())
            .filter(each -> each.endsWith("report.json"))
            .findFirst()
            .orElseThrow(() -> new LabException("there is no report"));
    return JSON.readTree(
        lab.s3().getObjectAsBytes(get -> get.bucket(Lab.OUTPUT_BUCKET).key(key)).asByteArray());
  }

  private static String messages(Lab lab) {
    return lab.sqs()
        .getQueueAttributes(get ->
            get.queueUrl(lab.queueUrl("requests").toString())
                .attributeNamesWithStrings("ApproximateNumberOfMessages"))
        .attributesAsStrings()
        .getOrDefault("ApproximateNumberOfMessages", "no");
  }

  private static void log(String line) {
    System.err.println("manifest: " + line);
  }
}
