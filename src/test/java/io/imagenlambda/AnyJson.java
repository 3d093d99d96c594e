package io.imagenlambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Any JSON, made of any text and of words that mean something to whoever reads it. */
public final class AnyJson {
  private static final int DEEPEST = 4;

  private AnyJson() {}

  /** Any value; half of its names and texts are of {@code words}. */
  public static Arbitrary<JsonNode> value(String... words) {
    return value(Arbitraries.oneOf(Arbitraries.of(words), Arbitraries.strings().ofMaxLength(20)));
  }

  private static Arbitrary<JsonNode> value(Arbitrary<String> texts) {
    Arbitrary<JsonNode> value =
        Arbitraries.oneOf(
            texts.map(TextNode::valueOf),
            Arbitraries.integers().between(-1, 6).map(IntNode::valueOf),
            Arbitraries.longs().map(LongNode::valueOf),
            Arbitraries.doubles().map(DoubleNode::valueOf),
            Arbitraries.of(true, false).map(BooleanNode::valueOf),
            Arbitraries.just(NullNode.getInstance()));
    for (int depth = 0; depth < DEEPEST; depth++) {
      value =
          Arbitraries.frequencyOf(
                  Tuple.of(2, value), Tuple.of(1, array(value)), Tuple.of(3, object(texts, value)))
              .withoutEdgeCases();
    }
    return value;
  }

  private static Arbitrary<JsonNode> array(Arbitrary<JsonNode> elements) {
    return elements
        .list()
        .ofMaxSize(3)
        .map(list -> JsonNodeFactory.instance.arrayNode().addAll(list));
  }

  private static Arbitrary<JsonNode> object(Arbitrary<String> names, Arbitrary<JsonNode> values) {
    return Arbitraries.maps(names, values)
        .ofMaxSize(6)
        .map(map -> JsonNodeFactory.instance.objectNode().setAll(map));
  }
}
