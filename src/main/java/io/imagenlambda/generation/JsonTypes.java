package io.imagenlambda.generation;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.generation.GenerationResult.Failure;
import io.imagenlambda.generation.GenerationResult.Filtered;
import io.imagenlambda.generation.GenerationResult.Image;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * Has the JSON writers and readers of our records made while the executable is compiled, when
 * Quarkus tells of this event: they are in it then, with what they reflect on, and no cold request
 * has to make them.
 */
final class JsonTypes {
  private static final List<Class<?>> RECORDS =
      List.of(GenerationResult.class, Image.class, Filtered.class, Failure.class, Claim.class);

  void make(@Observes @Initialized(ApplicationScoped.class) Object compiling, ObjectMapper mapper) {
    for (Class<?> type : RECORDS) {
      var _ = mapper.writerFor(type);
      var _ = mapper.readerFor(type);
    }
  }
}
