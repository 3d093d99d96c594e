package io.imagenlambda.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An object that is being read; close it, or its connection is lost. */
public final class RequestObject implements Closeable {
  private final ResponseInputStream<GetObjectResponse> content;

  RequestObject(ResponseInputStream<GetObjectResponse> content) {
    this.content = content;
  }

  /** The size in bytes, known before anything is read: whoever has a limit looks here first. */
  public long bytes() {
    return content.response().contentLength();
  }

  /** Without its quotes; with bucket and key it names this content where there are no versions. */
  public String eTag() {
    return content.response().eTag().replace("\"", "");
  }

  /**
   * The content, once. Reading throws an {@link IOException} when S3 is silent for longer than the
   * socket timeout.
   */
  public InputStream content() {
    return content;
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}
