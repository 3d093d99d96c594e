package io.imagenlambda.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.generation.GenerationResult.Image;
import io.imagenlambda.storage.ImageStore;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The small JSON objects beside the images of a request: its result and its claims. */
@Singleton
final class Records {
  private static final String RESULT = "result.json";
  private static final String REQUEST = "request.json";
  private static final Pattern CLAIM = Pattern.compile("claim-(\\d{1,9})\\.json");

  private final ImageStore store;
  private final ObjectMapper mapper;

  Records(ImageStore store, ObjectMapper mapper) {
    this.store = store;
    this.mapper = mapper;
  }

  Optional<GenerationResult> result(String id) {
    return read(id, RESULT, GenerationResult.class);
  }

  /** Stores the result, once: false where there is one already. */
  boolean commit(GenerationResult result) {
    return store.create(result.id(), RESULT, json(result));
  }

  /** Stores a request that is to run later, unless it is there already. */
  void accept(String id, JsonNode json) {
    store.create(id, REQUEST, json(json));
  }

  /** Whether there is a request that is to run later. */
  boolean isAccepted(String id) {
    return store.read(id, REQUEST).isPresent();
  }

  Optional<Claim> claim(String id, int number) {
    return read(id, claimName(number), Claim.class);
  }

  /** Stores the claim, once: false where somebody else holds that number. */
  boolean create(String id, int number, Claim claim) {
    return store.create(id, claimName(number), json(claim));
  }

  void replace(String id, int number, Claim claim) {
    store.replace(id, claimName(number), json(claim));
  }

  /** The newest claim, running or ended. */
  Optional<Claim> newestClaim(String id) {
    return newestClaimNumber(id).stream().boxed().findFirst().flatMap(n -> claim(id, n));
  }

  /** The number of the newest claim. */
  OptionalInt newestClaimNumber(String id) {
    return store.list(id).stream()
        .map(object -> CLAIM.matcher(object.name()))
        .filter(Matcher::matches)
        .mapToInt(name -> Integer.parseInt(name.group(1)))
        .max();
  }

  /** The images that an attempt without a result left behind, in their order. */
  List<Image> storedImages(String id) {
    return store.list(id).stream()
        .filter(object -> !object.name().endsWith(".json"))
        .flatMap(object -> store.image(id, object.name()).stream())
        .map(image -> Uploads.image(image, null))
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

  /** The result as callers get it: URLs are made when answering and never stored. */
  GenerationResult withUrls(GenerationResult result) {
    return result.withImages(image -> {
      var url = store.url(image.s3Uri());
      return image.at(url.url(), url.expiresAt().orElse(null));
    });
  }
}
