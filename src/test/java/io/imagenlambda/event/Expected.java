package io.imagenlambda.event;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What answers have to be, whole: JSON in which a text that begins with {@code ~} is a regular
 * expression for whatever cannot be known.
 */
public final class Expected {
  private Expected() {}

  /** The result of a request for one image that went well at the first call. */
  static String result(String id) {
    return result(id, "0", false);
  }

  /** The same, told again. */
  static String replayed(String id) {
    return result(id, "0", true);
  }

  /** The same, of a call under a later claim than the first. */
  static String replayed(String id, int claim) {
    return result(id, "0-" + claim, true);
  }

  private static String result(String id, String image, boolean replayed) {
    return """
    {"id":"%1$s","status":"succeeded","model":"imagen-4.0-generate-001","requested":1,
     "images":[{"url":"~http://127\\\\.0\\\\.0\\\\.1:\\\\d+/images/images/%1$s/%3$s\\\\.png\\\\?X-Amz-.*",
                "urlExpiresAt":"~20\\\\d\\\\d-.*Z","s3Uri":"s3://images/images/%1$s/%3$s.png",
                "mimeType":"image/png","bytes":"~\\\\d{3,}","width":"~\\\\d+","height":"~\\\\d+",
                "sha256":"~[0-9a-f]{64}"}],
     "filtered":[],"charged":"yes","createdAt":"~20\\\\d\\\\d-.*Z","durationMs":"~\\\\d+","attempts":1,
     "replayed":%2$s,"digest":"~2:[0-9a-f]{64}"}\
    """
        .formatted(id, replayed, image);
  }

  /** The function error of this type and message. */
  static String error(String type, String message) {
    return """
    {"errorType":"%s","errorMessage":"%s"}\
    """
        .formatted(type, message);
  }

  public static void assertMatches(String expected, JsonNode actual) {
    List<String> differences = new ArrayList<>();
    compare("", Sample.node(expected), actual, differences);
    assertTrue(
        differences.isEmpty(), () -> "%s%nin %s".formatted(differences, actual.toPrettyString()));
  }

  private static void compare(
      String path, JsonNode expected, JsonNode actual, List<String> differences) {
    if (expected.isTextual() && expected.textValue().startsWith("~")) {
      if (actual.isContainerNode() || !actual.asText().matches(expected.textValue().substring(1))) {
        differences.add("%s is %s, not like %s".formatted(path, actual, expected));
      }
    } else if (expected.isObject() && actual.isObject()) {
      expected
          .properties()
          .forEach(field ->
              compare(
                  path + "/" + field.getKey(),
                  field.getValue(),
                  actual.path(field.getKey()),
                  differences));
      actual
          .fieldNames()
          .forEachRemaining(name -> {
            if (!expected.has(name)) {
              differences.add("%s/%s is not expected".formatted(path, name));
            }
          });
    } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
      for (int i = 0; i < expected.size(); i++) {
        compare(path + "/" + i, expected.path(i), actual.path(i), differences);
      }
    } else if (!expected.equals(actual)) {
      differences.add("%s is %s, not %s".formatted(path, actual, expected));
    }
  }
}
