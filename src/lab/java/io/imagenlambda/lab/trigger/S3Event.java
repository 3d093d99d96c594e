package io.imagenlambda.lab.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * S3's notification of a new object.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">Event
 *     message structure</a>
 */
final class S3Event {
  private static final ObjectMapper JSON = new ObjectMapper();

  private S3Event() {}

  static String of(String region, String bucket, S3Object object, long sequence) {
    ObjectNode event = JSON.createObjectNode();
    ObjectNode record = event.putArray("Records").addObject();
    record.put("eventVersion", "2.1").put("eventSource", "aws:s3").put("awsRegion", region);
    record.put("eventTime", Instant.now().toString()).put("eventName", "ObjectCreated:Put");
    record.putObject("userIdentity").put("principalId", "AWS:AIDALAB");
    record.putObject("requestParameters").put("sourceIPAddress", "127.0.0.1");
    record
        .putObject("responseElements")
        .put("x-amz-request-id", UUID.randomUUID().toString())
        .put("x-amz-id-2", UUID.randomUUID().toString());
    ObjectNode s3 = record.putObject("s3");
    s3.put("s3SchemaVersion", "1.0").put("configurationId", "requests");
    ObjectNode where = s3.putObject("bucket").put("name", bucket);
    where.putObject("ownerIdentity").put("principalId", "A1LAB");
    where.put("arn", "arn:aws:s3:::" + bucket);
    s3.putObject("object")
        .put("key", encoded(object.key()))
        .put("size", object.size())
        .put("eTag", eTag(object))
        .put("sequencer", "%018X".formatted(sequence).toUpperCase(Locale.ROOT));
    return event.toString();
  }

  /** Without quotes; empty where the file system keeps no attributes. */
  private static String eTag(S3Object object) {
    @Nullable String quoted = object.eTag();
    return quoted == null ? "" : quoted.replace("\"", "");
  }

  /** Encoded like a form value, with {@code +} for a space, but with slashes as they are. */
  static String encoded(String key) {
    return URLEncoder.encode(key, UTF_8).replace("%2F", "/");
  }
}
