package io.imagenlambda.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Filtered;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.storage.ImageStore;
import io.imagenlambda.storage.ImageStore.StoredImage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ledger's objects in S3: the result of a request, its claims, and what is to run later. */
@Singleton
final class LedgerObjects {
  private static final String RESULT = "result.json";
  private static final String REQUEST = "request.json";
  private static final Pattern CLAIM = Pattern.compile("claim-(\\d{1,9})\\.json");

  private static final List<Class<?>> TYPES =
      List.of(GenerationResult.class, Image.class, Filtered.class, Failure.class, Claim.class);

  private final ImageStore store;
  private final ObjectMapper mapper;

  LedgerObjects(ImageStore store, ObjectMapper mapper) {
    this.store = store;
    this.mapper = mapper;
  }

  /**
   * Makes the JSON writers and readers of our records while the executable is compiled, when
   * Quarkus sends this event. So they are part of it, with what they reflect on, and no cold
   * request has to make them.
   */
  static void compiling(
      @Observes @Initialized(ApplicationScoped.class) Object event, ObjectMapper mapper) {
    for (Class<?> type : TYPES) {
      var _ = mapper.writerFor(type);
      var _ = mapper.readerFor(type);
    }
  }

  Optional<GenerationResult> result(String id) {
    return read(id, RESULT, GenerationResult.class);
  }

  /** Stores the result; false if there is one already. */
  boolean createResult(GenerationResult result) {
    return store.create(result.id(), RESULT, json(result));
  }

  /** Stores a request that is to run later, unless it is there already. */
  void createRequest(String id, JsonNode request) {
    store.create(id, REQUEST, json(request));
  }

  boolean hasRequest(String id) {
    return store.read(id, REQUEST).isPresent();
  }

  Optional<Claim> claim(String id, int number) {
    return read(id, claimName(number), Claim.class);
  }

  /** Stores the claim; false if somebody else holds that number. */
  boolean createClaim(String id, int number, Claim claim) {
    return store.create(id, claimName(number), json(claim));
  }

  void replaceClaim(String id, int number, Claim claim) {
    store.replace(id, claimName(number), json(claim));
  }

  /** The number of the newest claim, running or ended. */
  OptionalInt newestClaim(String id) {
    return store.list(id).stream()
        .map(object -> CLAIM.matcher(object.name()))
        .filter(Matcher::matches)
        .mapToInt(name -> Integer.parseInt(name.group(1)))
        .max();
  }

  /** The images that an attempt without a result left behind, in their order. */
  List<StoredImage> images(String id) {
    return store.list(id).stream()
        .filter(object -> !object.name().endsWith(".json"))
        .flatMap(object -> store.image(id, object.name()).stream())
        .toList();
  }

  private static String claimName(int number) {
    return "claim-" + number + ".json";
  }

  private <T> Optional<T> read(String id, String name, Class<T> type) {
    return store
        .read(id, name)
        .map(json -> {
          try {
            return mapper.readValue(json, type);
          } catch (IOException e) {
            throw new UncheckedIOException(
                "%s of %s is not what this function wrote".formatted(name, id), e);
          }
        });
  }

  private byte[] json(Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // our own records can always be written
    }
  }
}
