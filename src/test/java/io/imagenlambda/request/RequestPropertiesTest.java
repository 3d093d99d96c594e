package io.imagenlambda.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.AnyJson;
import io.imagenlambda.request.InvalidRequest.Fault;
import io.imagenlambda.settings.TestSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes is a request, or told what is wrong with it, all of it. */
final class RequestPropertiesTest {
  private static final Set<String> FIELDS =
      Set.of("id", "prompt", "instances", "model", "parameters", "metadata");

  /** By JSON Pointer: what is right there, and what is wrong. */
  private static final Map<String, List<String>> VALUES =
      Map.of(
          "/id", List.of("\"a-1\"", "\"../a\""),
          "/prompt", List.of("\"a lighthouse\"", "7"),
          "/model", List.of("\"imagen-4.0-generate-001\"", "\"a/b\""),
          "/parameters/sampleCount", List.of("2", "5"),
          "/parameters/aspectRatio", List.of("\"1:1\"", "\"1:2\""),
          "/parameters/imageSize", List.of("\"2K\"", "{}"),
          "/parameters/personGeneration", List.of("\"allow_all\"", "true"),
          "/parameters/seed", List.of("17", "\"whatever\""),
          "/metadata/campaign", List.of("\"spring\"", "[]"));

  private final RequestJson json = new RequestJson(new ObjectMapper());
  private final RequestParser parser = new RequestParser(json, TestSettings.of());

  @Provide
  Arbitrary<JsonNode> values() {
    return AnyJson.value(
        "id", "prompt", "instances", "model", "parameters", "metadata", "sampleCount", "imageSize");
  }

  @Provide
  Arbitrary<Set<String>> pointers() {
    return Arbitraries.subsetOf(VALUES.keySet());
  }

  @Property
  void anyBytesAreOneValueOrNoJson(@ForAll byte[] bytes) {
    try {
      json.read(bytes);
    } catch (InvalidRequest invalid) {
      assertTrue(invalid.detail().startsWith("the request is "), invalid.detail());
    }
  }

  @Property
  void anyJsonIsARequestOrToldWhatIsWrongAndEveryStrangeFieldIsNamed(
      @ForAll("values") JsonNode value) {
    try {
      GenerationRequest request = parser.parse(json.read(bytes(value)), "event-1");
      assertTrue(RequestId.isValid(request.id()));
      assertTrue(request.sampleCount() >= 1 && request.sampleCount() <= 4);
    } catch (InvalidRequest invalid) {
      assertFalse(invalid.faults().isEmpty());
      if (invalid.faults().getFirst().pointer().isEmpty()) {
        return; // it is refused as a whole
      }
      Set<String> strange =
          invalid.faults().stream()
              .filter(fault -> fault.detail().contains(" is not a field of "))
              .map(Fault::pointer)
              .collect(Collectors.toSet());
      value
          .fieldNames()
          .forEachRemaining(name ->
              assertEquals(!FIELDS.contains(name), strange.contains(FieldPath.of(name).pointer())));
    }
  }

  @Property
  void exactlyWhatIsWrongIsToldAndAllOfIt(
      @ForAll("pointers") Set<String> given, @ForAll("pointers") Set<String> wrong) {
    ObjectNode request = request(given, wrong);
    Set<String> expected = new TreeSet<>(given);
    expected.retainAll(wrong);
    expected.remove("/parameters/seed"); // not ours to check
    if (!given.contains("/prompt")) {
      expected.add("/prompt");
    }
    if (expected.isEmpty()) {
      parser.parse(request, "event-1");
    } else {
      InvalidRequest invalid =
          assertThrows(InvalidRequest.class, () -> parser.parse(request, "event-1"));
      assertEquals(
          expected,
          invalid.faults().stream()
              .map(Fault::pointer)
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @Property(generation = GenerationMode.RANDOMIZED) // all subsets take a minute
  void aRequestWrittenOutAndReadAgainIsTheSame(@ForAll("pointers") Set<String> given) {
    GenerationRequest request = parser.parse(request(withPrompt(given), Set.of()), "event-1");
    ObjectNode written = JsonNodeFactory.instance.objectNode();
    written.put("id", request.id()).put("prompt", request.prompt());
    if (given.contains("/model")) {
      written.put("model", request.model()); // who names none gets another when the default is
    }
    written.putObject("parameters").setAll(request.parameters());
    if (!given.contains("/parameters/sampleCount")) {
      written.withObject("/parameters").remove("sampleCount"); // so it is with a default
    }
    request.metadata().forEach(written.putObject("metadata")::put);
    assertEquals(request, parser.parse(json.read(bytes(written)), "event-2"));
  }

  @Property
  void theDigestIsTheSameInWhateverOrderTheNamesCome(
      @ForAll("pointers") Set<String> given,
      @ForAll("values") JsonNode more,
      @ForAll Random random) {
    ObjectNode request = request(withPrompt(given), Set.of());
    request.withObject("/parameters").set("more", more);
    Assume.that(isTaken(request));
    assertEquals(
        parser.parse(request, "event-1").digest(),
        parser.parse(shuffled(request, random), "event-1").digest());
  }

  /** Text that was mangled, and numbers that are too large, are not. */
  private boolean isTaken(JsonNode request) {
    try {
      return !parser.parse(request, "event-1").id().isEmpty();
    } catch (InvalidRequest invalid) {
      return false;
    }
  }

  private static Set<String> withPrompt(Set<String> pointers) {
    Set<String> with = new TreeSet<>(pointers);
    with.add("/prompt");
    return with;
  }

  private ObjectNode request(Set<String> given, Set<String> wrong) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    for (String pointer : given) {
      int slash = pointer.lastIndexOf('/');
      ObjectNode parent = slash == 0 ? request : request.withObject(pointer.substring(0, slash));
      String value = VALUES.getOrDefault(pointer, List.of()).get(wrong.contains(pointer) ? 1 : 0);
      parent.set(pointer.substring(slash + 1), json.read(value.getBytes(UTF_8)));
    }
    return request;
  }

  private static JsonNode shuffled(JsonNode value, Random random) {
    if (!(value instanceof ObjectNode object)) {
      return value;
    }
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    Collections.shuffle(names, random);
    ObjectNode shuffled = JsonNodeFactory.instance.objectNode();
    names.forEach(name -> shuffled.set(name, shuffled(object.path(name), random)));
    return shuffled;
  }

  private static byte[] bytes(JsonNode value) {
    return value.toString().getBytes(UTF_8);
  }
}
