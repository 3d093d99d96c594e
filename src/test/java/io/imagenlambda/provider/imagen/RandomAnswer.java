package io.imagenlambda.provider.imagen;

import io.imagenlambda.provider.json.RandomJson;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random predict answers: images and what may stand beside them, in any order and spelling. */
final class RandomAnswer {
  private RandomAnswer() {}

  static String of(Random random) {
    String entries =
        IntStream.range(0, random.nextInt(5))
            .mapToObj(i -> entry(random))
            .collect(Collectors.joining(","));
    return object(
        random,
        List.of(
            "\"predictions\":[" + entries + "]",
            "\"deployedModelId\":" + RandomJson.value(random, 0)));
  }

  private static String entry(Random random) {
    return random.nextInt(8) == 0 ? "null" : object(random, members(random));
  }

  private static List<String> members(Random random) {
    List<String> members = new ArrayList<>();
    if (random.nextBoolean()) {
      members.add("\"bytesBase64Encoded\": \"" + image(random) + '"');
    }
    for (String name : List.of("mimeType", "prompt", "gcsUri", "raiFilteredReason", "safety")) {
      if (random.nextBoolean()) {
        boolean text = random.nextInt(4) > 0;
        members.add("\"%s\":%s".formatted(name, text ? RandomJson.string(random) : "{\"a\":[1]}"));
      }
    }
    return members;
  }

  private static String image(Random random) {
    byte[] image = new byte[random.nextInt(400)];
    random.nextBytes(image);
    String base64 = Base64.getEncoder().encodeToString(image);
    return switch (random.nextInt(4)) {
      case 0 -> base64;
      case 1 -> base64.replace("/", "\\/").replace("=", "\\u003d");
      case 2 -> base64.replace("=", "").replace('+', '-').replace('/', '_');
      default -> Base64.getMimeEncoder().encodeToString(image).replace("\r\n", "\\r\\n");
    };
  }

  private static String object(Random random, List<String> members) {
    List<String> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, random);
    return "{" + String.join(random.nextBoolean() ? "," : " ,\n", shuffled) + "}";
  }
}
