package io.imagenlambda.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationResult.Filtered;
import io.imagenlambda.request.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is settled of a request that takes several calls, some of which were refused: for these
 * images no call is made again.
 *
 * @param stored how many images were stored; a lifecycle rule may have deleted them since
 * @param filtered what the provider's filter held back
 * @param rejected why a call made no image and never will, one for each image
 * @param usage what the calls took, if the provider reports it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Settled(
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int stored,
    List<Filtered> filtered,
    List<Failure> rejected,
    @Nullable Usage usage) {
  public static final Settled NOTHING = new Settled(0, List.of(), List.of(), null);

  /** Empty lists are left out of the JSON, and read as null. */
  public Settled {
    filtered = filtered == null ? List.of() : List.copyOf(filtered);
    rejected = rejected == null ? List.of() : List.copyOf(rejected);
  }

  /** How many images are settled without being there. */
  @JsonIgnore
  public int withoutImage() {
    return filtered.stream().mapToInt(Filtered::missing).sum() + rejected.size();
  }
}
