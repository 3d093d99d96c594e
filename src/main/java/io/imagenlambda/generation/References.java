package io.imagenlambda.generation;

import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.provider.Provider.Reference;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.InvalidRequest.Fault;
import io.imagenlambda.spool.ImageSignature;
import io.imagenlambda.storage.ReferenceObjects;
import io.imagenlambda.storage.ReferenceObjects.ReferenceObject;
import io.imagenlambda.storage.StorageFailure;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The images that requests work from. They are looked at before a call: what is not an image, or
 * too large, would be refused by the provider, or paid for in vain.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/image-understanding">inline images</a>
 */
@Singleton
public class References {
  /** The provider's limits, in bytes. */
  private static final long LARGEST = 7 * 1024 * 1024;

  private static final long MOST = 20 * 1024 * 1024;

  /** As many connections as the JDK keeps. */
  private static final int AT_A_TIME = 5;

  private final ReferenceObjects objects;

  References(ReferenceObjects objects) {
    this.objects = objects;
  }

  /**
   * Looks at the references of a request.
   *
   * @throws InvalidRequest with all that are missing, too large or no images
   * @throws StorageFailure if S3 does not answer
   */
  public List<Reference> of(GenerationRequest request) {
    List<String> uris = request.references();
    if (uris.isEmpty()) {
      return List.of();
    }
    List<Fault> faults = new ArrayList<>();
    List<Reference> references = new ArrayList<>();
    List<Looked> looked =
        Parallel.map(
            IntStream.range(0, uris.size()).boxed().toList(),
            AT_A_TIME,
            index -> look(index, uris.get(index)));
    long bytes = 0;
    for (Looked each : looked) {
      switch (each) {
        case Found found -> {
          references.add(found);
          bytes += found.bytes();
        }
        case Wrong wrong -> faults.add(wrong.fault());
      }
    }
    if (bytes > MOST) {
      faults.add(
          new Fault(
              "/references",
              "references have %d bytes in all but may have %d".formatted(bytes, MOST)));
    }
    if (!faults.isEmpty()) {
      throw new InvalidRequest(faults);
    }
    return references;
  }

  /** What is known of one reference. */
  private sealed interface Looked {}

  private record Wrong(Fault fault) implements Looked {}

  private record Found(ReferenceObject object, String mimeType) implements Looked, Reference {
    @Override
    public long bytes() {
      return object.bytes();
    }

    @Override
    public InputStream open() throws IOException {
      return object.open();
    }
  }

  private Looked look(int index, String uri) {
    Optional<ReferenceObject> object;
    try {
      object = objects.find(uri);
    } catch (StorageFailure failure) {
      if (failure.retryable()) {
        throw failure;
      }
      return wrong(index, uri, "cannot be read: " + failure.getMessage());
    }
    if (object.isEmpty()) {
      return wrong(index, uri, "is not there");
    }
    long bytes = object.get().bytes();
    if (bytes > LARGEST) {
      return wrong(index, uri, "has %d bytes but may have %d".formatted(bytes, LARGEST));
    }
    return ImageSignature.mimeType(object.get().start())
        .<Looked>map(type -> new Found(object.get(), type))
        .orElseGet(() -> wrong(index, uri, "is not a PNG, JPEG, WebP or HEIC image"));
  }

  private static Wrong wrong(int index, String uri, String is) {
    return new Wrong(
        new Fault("/references/" + index, "references.%d %s %s".formatted(index, uri, is)));
  }
}
