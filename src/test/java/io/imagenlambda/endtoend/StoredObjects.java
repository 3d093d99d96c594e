package io.imagenlambda.endtoend;

import io.imagenlambda.lab.Lab;
import io.restassured.path.json.JsonPath;
import java.util.List;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What the function has stored, read as its operator would read it. */
final class StoredObjects {
  private final Lab lab;

  StoredObjects(Lab lab) {
    this.lab = lab;
  }

  /** The names of a request's objects, in alphabetical order. */
  List<String> of(String id) {
    String folder = "images/" + id + "/";
    return keys(folder).stream().map(key -> key.substring(folder.length())).toList();
  }

  /** The keys that begin so, in alphabetical order. */
  List<String> keys(String prefix) {
    return lab
        .s3()
        .listObjectsV2Paginator(list -> list.bucket(Lab.OUTPUT_BUCKET).prefix(prefix))
        .contents()
        .stream()
        .map(S3Object::key)
        .sorted()
        .toList();
  }

  JsonPath result(String id) {
    return json(id, "result.json");
  }

  JsonPath claim(String id, int number) {
    return json(id, "claim-" + number + ".json");
  }

  private JsonPath json(String id, String name) {
    String key = "images/%s/%s".formatted(id, name);
    return JsonPath.from(
        lab.s3().getObjectAsBytes(get -> get.bucket(Lab.OUTPUT_BUCKET).key(key)).asUtf8String());
  }
}
