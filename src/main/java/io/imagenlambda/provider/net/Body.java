package io.imagenlambda.provider.net;

import java.io.IOException;
import java.io.InputStream;

/** What a call sends. */
public sealed interface Body {
  /** What fits into memory. */
  @SuppressWarnings("ArrayRecordComponent") // two bodies are never compared
  record InMemory(byte[] bytes) implements Body {}

  /**
   * What is read while it is sent, so that its size does not matter.
   *
   * @param length in bytes, exactly
   */
  record Streamed(long length, Content content) implements Body {}

  /** Where a body comes from. */
  @FunctionalInterface
  interface Content {
    /** From its beginning. Reading must end; closing must end reading, also from elsewhere. */
    InputStream open() throws IOException;
  }
}
