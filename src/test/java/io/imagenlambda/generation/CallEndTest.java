package io.imagenlambda.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationResult.Filtered;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Why images of a call are missing. */
final class CallEndTest {
  private static CallEnd end(int wanted, List<String> filtered, List<String> elsewhere) {
    return new CallEnd(
        wanted,
        new Answered(0, filtered, elsewhere, null, null, List.of(), "a-call", true, 1),
        null);
  }

  @Test
  void imagesStoredElsewhereAreNotCountedAsFiltered() {
    CallEnd end = end(4, List.of("held back"), List.of("gs://a/b", "gs://a/c"));

    assertEquals(Optional.of(new Filtered("held back", 2)), end.filtered());
    assertEquals(2, end.failed());
    assertEquals(
        Optional.of("the provider stored images itself and did not send them: gs://a/b, gs://a/c"),
        end.failure().map(Failure::message));
  }

  @Test
  void allThatIsMissingIsFilteredWhereNothingElseIsKnown() {
    CallEnd end = end(4, List.of("held back"), List.of());

    assertEquals(Optional.of(new Filtered("held back", 4)), end.filtered());
    assertEquals(Optional.empty(), end.failure());
  }

  @Test
  void whereAllIsStoredElsewhereNothingIsFiltered() {
    CallEnd end = end(2, List.of("held back"), List.of("gs://a/b", "gs://a/c"));

    assertEquals(Optional.empty(), end.filtered());
    assertEquals(2, end.failed());
  }
}
