package io.imagenlambda.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.ledger.Claims.Numbered;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Filtered;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.RequestDigest;
import io.imagenlambda.request.Usage;
import io.imagenlambda.storage.ImageStore;
import io.imagenlambda.storage.ImageStore.StoredImage;
import io.imagenlambda.storage.ImageStore.StoredObject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The ledger's objects in S3: the result of a request, its claims, and what is to run later. */
@Singleton
final class LedgerObjects {
  private static final String RESULT = "result.json";
  private static final String REQUEST = "request.json";
  private static final String DEATH = "dead.json";

  /** A live claim has no more above it: they would have to be made beside it, by mistake. */
  private static final int MOST_CLAIMS = 32;

  private static final int READS_AT_A_TIME = 8;
  private static final Pattern CLAIM = Pattern.compile("claim-(\\d{1,9})\\.json");
  private static final Pattern IMAGE = Pattern.compile("(\\d{1,9})(?:-\\d{1,9})?\\.[a-z]+");

  private static final List<Class<?>> TYPES =
      List.of(
          GenerationResult.class,
          Image.class,
          Filtered.class,
          Failure.class,
          Usage.class,
          Claim.class,
          Settled.class,
          Death.class);

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

  /** Stores a request that is to run later. */
  void storeRequest(String id, JsonNode request) {
    store.replace(id, REQUEST, json(request));
  }

  /** Why the queue brings a request no more; empty if it may. */
  Optional<Death> death(String id, Contents contents) {
    return contents.names().contains(DEATH) ? read(id, DEATH, Death.class) : Optional.empty();
  }

  void storeDeath(String id, Death death) {
    store.replace(id, DEATH, json(death));
  }

  /** The claims of an id, as the listing shows them. */
  Claims claims(String id, Contents contents) {
    return claims(id, contents, number -> true);
  }

  /** The same without the one of that number, whose owner asks. */
  Claims claimsBeside(int own, String id, Contents contents) {
    return claims(id, contents, number -> number != own);
  }

  private Claims claims(String id, Contents contents, IntPredicate wanted) {
    List<Integer> newest =
        contents
            .claims()
            .filter(wanted)
            .boxed()
            .sorted(Comparator.reverseOrder())
            .limit(MOST_CLAIMS)
            .toList();
    return new Claims(
        Parallel.map(newest, READS_AT_A_TIME, number -> claim(id, number)).stream()
            .flatMap(Optional::stream)
            .toList(),
        contents.claims().boxed().collect(Collectors.toUnmodifiableSet()));
  }

  /** Empty if it was deleted after the listing. */
  private Optional<Numbered> claim(String id, int number) {
    return read(id, claimName(number), Claim.class).map(claim -> new Numbered(number, claim));
  }

  /** Stores the claim; false if somebody else holds that number. */
  boolean createClaim(String id, int number, Claim claim) {
    return store.create(id, claimName(number), json(claim));
  }

  /**
   * Sees to it that the first number is taken, if a lifecycle rule has deleted its claim. Whoever
   * found no claim at all takes that number and does not look again.
   *
   * @param closing a claim under which nothing is done
   * @return false if somebody has the number by now
   */
  boolean closeFirst(String id, Claims claims, Claim closing) {
    return claims.numbers().contains(0) || createClaim(id, 0, closing);
  }

  void replaceClaim(String id, int number, Claim claim) {
    store.replace(id, claimName(number), json(claim));
  }

  /** What there is under an id, at this moment. */
  Contents contents(String id) {
    return new Contents(store.list(id).stream().map(StoredObject::name).toList());
  }

  /** The images of a request that no result lists yet, in the order of their names. */
  List<StoredImage> images(String id, Contents contents, RequestDigest digest) {
    return contents.images().stream()
        .sorted(Comparator.comparingInt(Contents::index).thenComparing(name -> name))
        .flatMap(name -> store.image(id, name).stream())
        .filter(image -> digest.matches(image.requestDigest()))
        .toList();
  }

  /** The names of an id's objects. */
  record Contents(List<String> names) {
    boolean hasResult() {
      return names.contains(RESULT);
    }

    boolean hasRequest() {
      return names.contains(REQUEST);
    }

    private IntStream claims() {
      return numbers(CLAIM);
    }

    /** The first index that no image has, of whatever request and claim. */
    int nextImage() {
      return numbers(IMAGE).map(last -> last + 1).max().orElse(0);
    }

    private List<String> images() {
      return names.stream().filter(name -> IMAGE.matcher(name).matches()).toList();
    }

    private static int index(String image) {
      return number(IMAGE.matcher(image)).orElseThrow();
    }

    private IntStream numbers(Pattern pattern) {
      return names.stream().map(pattern::matcher).flatMapToInt(name -> number(name).stream());
    }

    private static OptionalInt number(Matcher name) {
      return name.matches() ? OptionalInt.of(Integer.parseInt(name.group(1))) : OptionalInt.empty();
    }
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
