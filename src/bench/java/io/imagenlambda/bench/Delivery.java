package io.imagenlambda.bench;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.predict.Call;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Compares what is in S3 with what the simulator has sent, byte for byte by its digest. */
final class Delivery {
  private final Lab lab;

  Delivery(Lab lab) {
    this.lab = lab;
  }

  /** From here on, what the simulator sends is to arrive. */
  void expect() {
    lab.predict().journal().clear();
  }

  /**
   * Looks at what has arrived, and removes it.
   *
   * @return how large the images are together, in MB
   * @throws Lost where an image is missing or not the one that was sent
   */
  double check(String id, int images) throws Lost {
    List<Call.Served> sent =
        lab.predict().journal().calls().stream().flatMap(call -> call.served().stream()).toList();
    S3Client s3 = lab.s3();
    List<String> keys =
        s3
            .listObjectsV2Paginator(r -> r.bucket(Lab.OUTPUT_BUCKET).prefix("images/" + id))
            .contents()
            .stream()
            .map(S3Object::key)
            .toList();
    List<String> arrived =
        keys.stream().filter(key -> key.endsWith(".png")).map(this::digest).sorted().toList();
    List<String> wanted = sent.stream().map(Call.Served::sha256).sorted().toList();
    long results = keys.stream().filter(key -> key.endsWith("/result.json")).count();
    keys.forEach(key -> s3.deleteObject(r -> r.bucket(Lab.OUTPUT_BUCKET).key(key)));
    if (sent.size() != images || !arrived.equals(wanted)) {
      throw new Lost(
          "wrong: of %d images %d were sent and %d arrived, not all intact"
              .formatted(images, sent.size(), arrived.size()));
    }
    if (results == 0) {
      throw new Lost("wrong: there is no result.json");
    }
    return sent.stream().mapToLong(Call.Served::bytes).sum() / 1e6;
  }

  private String digest(String key) {
    byte[] bytes =
        lab.s3().getObjectAsBytes(r -> r.bucket(Lab.OUTPUT_BUCKET).key(key)).asByteArray();
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
