package io.imagenlambda.lab;

import io.imagenlambda.lab.timeline.Happening;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Tells of every object that is put in one piece, as the function puts all of them. */
final class ToldStore extends ForwardingBlobStore {
  private final Consumer<Happening> listener;

  ToldStore(BlobStore store, Consumer<Happening> listener) {
    super(store);
    this.listener = listener;
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
    long start = System.nanoTime();
    PutObjectResponse response = super.putBlob(request, content);
    listener.accept(
        new Happening.Stored(
            request.bucket(),
            request.key(),
            Objects.requireNonNullElse(request.contentLength(), 0L),
            Objects.requireNonNullElse(request.contentType(), ""),
            Happening.ms(Duration.ofNanos(System.nanoTime() - start))));
    return response;
  }
}
