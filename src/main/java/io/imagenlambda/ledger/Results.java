package io.imagenlambda.ledger;

import io.imagenlambda.ledger.Ledger.Conflict;
import io.imagenlambda.ledger.Ledger.Decided;
import io.imagenlambda.ledger.Ledger.Ended;
import io.imagenlambda.ledger.LedgerObjects.Contents;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.RequestDigest;
import io.imagenlambda.storage.ImageStore;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** The results, as callers get them: with URLs, and marked as a replay if they are older. */
@Singleton
final class Results {
  private final LedgerObjects objects;
  private final ImageStore store;

  Results(LedgerObjects objects, ImageStore store) {
    this.objects = objects;
    this.store = store;
  }

  /** What the stored result says to a request of that digest; empty if there is none. */
  Optional<Decided> decided(String id, RequestDigest digest) {
    return objects
        .result(id)
        .map(stored -> digest.matches(stored.digest()) ? replayed(stored) : new Conflict());
  }

  /** The stored result of whatever request has the id. */
  Optional<Ended> ended(String id) {
    return objects.result(id).map(this::replayed);
  }

  /** Stores the result unless there is one, and returns the one that is there. */
  GenerationResult commit(GenerationResult result) {
    if (objects.createResult(result)) {
      return withUrls(result);
    }
    // It is our own if an earlier try to commit had no answer.
    return objects
        .result(result.id())
        .filter(stored -> !stored.equals(result))
        .map(stored -> replayed(stored).result())
        .orElseGet(() -> withUrls(result));
  }

  private Ended replayed(GenerationResult stored) {
    return new Ended(withUrls(stored.asReplay()));
  }

  /** The images of a request that has no result yet. */
  List<Image> imagesSoFar(String id, Contents contents, RequestDigest digest) {
    return objects.images(id, contents, digest).stream()
        .map(image -> withUrl(image.listed(null)))
        .toList();
  }

  private GenerationResult withUrls(GenerationResult result) {
    return result.withImages(this::withUrl);
  }

  private Image withUrl(Image image) {
    ImageStore.Url url = store.url(image.s3Uri());
    return image.at(url.url(), url.expiresAt().orElse(null));
  }
}
