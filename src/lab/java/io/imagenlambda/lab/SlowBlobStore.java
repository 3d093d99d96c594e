package io.imagenlambda.lab;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Takes as long as S3 does, for what the function reads and writes. */
final class SlowBlobStore extends ForwardingBlobStore {
  private final Duration latency;

  SlowBlobStore(BlobStore store, Duration latency) {
    super(store);
    this.latency = latency;
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
    pass();
    return super.putBlob(request, content);
  }

  @Override
  public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
    pass();
    return super.getBlob(request);
  }

  private void pass() {
    try {
      Thread.sleep(latency);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("the lab closes"));
    }
  }
}
