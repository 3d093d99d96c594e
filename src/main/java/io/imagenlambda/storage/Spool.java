package io.imagenlambda.storage;

import io.imagenlambda.openssl.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one image on their way to S3: in memory up to 32 KiB, beyond that in a temporary
 * file, so that memory does not grow with the image. The digest, the type and the size in pixels
 * are read while the bytes come by; nothing is read twice. For one writer, which writes blocks of
 * tens of kilobytes: each goes to the file as it comes.
 *
 * <p>{@link #close()} frees the memory and the file, for the next image. It does not end the
 * writing, as it does for other streams: close a spool after it has been stored, not when its last
 * byte has come.
 */
public final class Spool extends OutputStream {
  private static final int MEMORY = 32 * 1024;
  private static final byte[] NOTHING = {};

  private final SpoolFiles files;
  private final MessageDigest digest = Sha256.fastest();
  private final HeaderReader header = new HeaderReader();
  private byte[] memory = NOTHING;
  private int remembered;
  private @Nullable SpoolFile file;
  private byte @Nullable [] sha256;
  private boolean closed;

  Spool(SpoolFiles files) {
    this.files = files;
  }

  /**
   * Adds to the content.
   *
   * @throws IOException if the temporary file cannot be written ({@code /tmp} is full)
   * @throws IllegalStateException after {@link #close()}, and once the digest has been asked for
   */
  @Override
  public void write(byte[] block, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, block.length);
    checkOpen();
    if (sha256 != null) {
      throw new IllegalStateException("the spool's digest is made: nothing can be added");
    }
    digest.update(block, offset, length);
    header.read(block, offset, length);
    if (file == null && remembered + length <= MEMORY) {
      if (remembered + length > memory.length) {
        memory = Arrays.copyOf(memory, MEMORY);
      }
      System.arraycopy(block, offset, memory, remembered, length);
      remembered += length;
      return;
    }
    file().append(block, offset, length);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** The number of bytes written. */
  public long size() {
    return file == null ? remembered : file.length();
  }

  /**
   * Type, width and height. Empty while too few bytes have come to tell, and for good where the
   * content is not a PNG, JPEG or WebP, or has no pixels.
   */
  public Optional<ImageHeader> header() {
    return header.header();
  }

  /** Ends the writing. 64 lower-case hexadecimal digits. */
  public String sha256Hex() {
    return HexFormat.of().formatHex(sha256Bytes());
  }

  byte[] sha256Bytes() {
    byte[] made = sha256;
    if (made == null) {
      made = digest.digest();
      sha256 = made;
    }
    return made;
  }

  /** A new stream over the whole content, for each attempt to store it. */
  InputStream content() {
    checkOpen();
    return file == null ? new ByteArrayInputStream(memory, 0, remembered) : new SpoolStream(file);
  }

  /** Frees the memory and the file; the digest and the header stay. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    memory = NOTHING;
    if (file != null) {
      file.close();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the spool is closed");
    }
  }

  private SpoolFile file() throws IOException {
    SpoolFile made = file;
    if (made == null) {
      made = files.open();
      file = made; // before anything is written: a full disk must not keep it open
      made.append(memory, 0, remembered);
      memory = NOTHING;
    }
    return made;
  }
}
