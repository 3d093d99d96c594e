package io.imagenlambda.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.storage.KeyLayout.S3Location;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;

/** Keys stay where they belong, whatever an id says. */
final class KeyLayoutTest {
  @Provide
  Arbitrary<String> prefixes() {
    return Arbitraries.of("", "images/", "a/b/c/", "..x/", "ü/");
  }

  /** Half of them as they should be, the others with something in them that should not be. */
  @Provide
  Arbitrary<String> ids() {
    Arbitrary<String> odd = Arbitraries.of("/", "..", "/../", "\\", "%2F", " ", "\0", "é", "\n");
    return Combinators.combine(safe(), odd, Arbitraries.integers().between(0, 256))
        .as((id, part, at) ->
            at > id.length() ? id : id.substring(0, at) + part + id.substring(at));
  }

  @Provide
  Arbitrary<String> safe() {
    return Arbitraries.strings()
        .withChars("azAZ09._-")
        .ofMinLength(1)
        .ofMaxLength(128)
        .filter(id -> Character.isLetterOrDigit(id.charAt(0)));
  }

  @Property
  void aKeyIsInTheFolderOfItsIdOrThereIsNone(
      @ForAll("prefixes") String prefix, @ForAll("ids") String id, @ForAll("ids") String name) {
    KeyLayout keys = new KeyLayout("b", prefix);
    S3Location object;
    try {
      object = keys.object(id, name);
    } catch (IllegalArgumentException leavesItsPlace) {
      return;
    }
    assertEquals(prefix + id + "/" + name, object.key());
    String below = object.key().substring(prefix.length());
    assertEquals(2, below.split("/", -1).length, below);
    for (String part : below.split("/", -1)) {
      assertTrue(part.matches("[A-Za-z0-9][A-Za-z0-9._-]*"), part);
    }
    assertTrue(keys.contains("b", object.key()));
    assertEquals(object, S3Location.of(object.toString()));
  }

  @Property
  void everySafeIdHasAFolder(@ForAll("prefixes") String prefix, @ForAll("safe") String id) {
    assertEquals(prefix + id + "/", new KeyLayout("b", prefix).folder(id));
  }

  @Property
  void anyOtherTextHasNone(@ForAll @StringLength(max = 200) String id) {
    Assume.that(!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"));
    assertThrows(IllegalArgumentException.class, () -> new KeyLayout("b", "images/").folder(id));
  }

  @Property
  void noFolderIsInAnother(@ForAll("safe") String id, @ForAll("safe") String other) {
    Assume.that(!id.equals(other));
    KeyLayout keys = new KeyLayout("b", "images/");
    assertTrue(!keys.folder(id).startsWith(keys.folder(other)));
  }
}
