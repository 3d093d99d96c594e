package io.imagenlambda.lab.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** All requests that have ended, with a result or dead, the newest first, a page at a time. */
public final class Gallery {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 60;

  private final S3Client s3;
  private final String bucket;
  private final Results results;
  private final DeadRequests dead;

  public Gallery(S3Client s3, String bucket, Results results, DeadRequests dead) {
    this.s3 = s3;
    this.bucket = bucket;
    this.results = results;
    this.dead = dead;
  }

  /**
   * What is looked for.
   *
   * @param query by name: {@code search} is a part of the id or prompt; {@code status}, {@code
   *     model} and {@code tenant} are the whole word; {@code after} is the {@code next} of the page
   *     before; {@code most} is how many to a page. What is not there, or empty, is any
   */
  private record Wanted(Map<String, String> query) {
    boolean matches(Ended ended) {
      return (contains(ended.id(), "search") || contains(ended.prompt(), "search"))
          && is(ended.status(), "status")
          && is(ended.model(), "model")
          && is(ended.tenant(), "tenant");
    }

    private boolean contains(String text, String name) {
      return text.toLowerCase(Locale.ROOT)
          .contains(query.getOrDefault(name, "").strip().toLowerCase(Locale.ROOT));
    }

    private boolean is(String word, String name) {
      String wanted = query.getOrDefault(name, "");
      return wanted.isEmpty() || word.equals(wanted);
    }

    /** Whether it stands behind the page before. */
    boolean isNext(Ended ended) {
      return Ended.Place.parse(query.getOrDefault("after", ""))
          .map(last -> ended.place().compareTo(last) < 0)
          .orElse(true);
    }

    int most() {
      String most = query.getOrDefault("most", "");
      return most.matches("\\d{1,6}") ? Integer.parseInt(most) : PAGE;
    }
  }

  /**
   * A page of what is looked for, the number of all of it, and which models and tenants there are.
   */
  public ObjectNode search(Map<String, String> query) {
    Wanted wanted = new Wanted(query);
    List<Ended> all = all();
    List<Ended> found = all.stream().filter(wanted::matches).toList();
    List<Ended> rest = found.stream().filter(wanted::isNext).toList();
    List<Ended> page = rest.subList(0, Math.min(rest.size(), wanted.most()));
    ObjectNode json = JSON.createObjectNode().put("total", found.size());
    if (page.size() < rest.size()) {
      json.put("next", page.getLast().place().toString());
    }
    json.set("models", words(all, Ended::model));
    json.set("tenants", words(all, Ended::tenant));
    json.putArray("results")
        .addAll(page.stream().flatMap(ended -> ended.json().get().stream()).toList());
    return json;
  }

  private List<Ended> all() {
    List<S3Object> objects =
        s3
            .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(Results.PREFIX))
            .contents()
            .stream()
            .toList();
    return Stream.concat(results.ended(objects).stream(), dead.ended(objects).stream())
        .sorted(Ended.NEWEST_FIRST)
        .toList();
  }

  private static ArrayNode words(List<Ended> all, Function<Ended, String> word) {
    ArrayNode words = JSON.createArrayNode();
    all.stream().map(word).filter(each -> !each.isEmpty()).distinct().sorted().forEach(words::add);
    return words;
  }
}
