package io.imagenlambda.bench;

import io.imagenlambda.bench.MeasuredProcess.Failure;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.predict.Call;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Compares the images in S3 with those that the simulator sent, by their SHA-256. */
final class StoredImageCheck {
  private final Lab lab;

  StoredImageCheck(Lab lab) {
    this.lab = lab;
  }

  /** From now on, all that the simulator sends must be in S3 at the next check. */
  void start() {
    lab.predict().journal().clear();
  }

  /**
   * Checks what has arrived in S3, and deletes it.
   *
   * @return the size of all images that were sent, in MB (10^6 bytes)
   * @throws Failure where an image or the result is missing, or an image is not the one that was
   *     sent
   */
  double check(String id, Workload workload) throws Failure {
    List<Call> calls = lab.predict().journal().calls();
    List<Call.Served> sent =
        calls.stream().flatMap(call -> workload.wanted(call).stream()).toList();
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
    if (sent.size() != workload.images() || !arrived.equals(wanted)) {
      throw new Failure(
          "wrong: of %d images %d were sent and %d arrived, not all intact"
              .formatted(workload.images(), sent.size(), arrived.size()));
    }
    if (results == 0) {
      throw new Failure("wrong: there is no result.json");
    }
    return calls.stream()
            .flatMap(call -> call.served().stream())
            .mapToLong(Call.Served::bytes)
            .sum()
        / 1e6;
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
