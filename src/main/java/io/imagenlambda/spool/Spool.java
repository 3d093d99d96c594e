package io.imagenlambda.spool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one image on their way to S3: up to 32 KiB in memory, more in a temporary file, so
 * that memory does not grow with the image. The digest is made on the way. For one writer and
 * blocks of tens of kilobytes: each goes to the file at once.
 *
 * <p>{@link #close()} frees the memory and the file for the next image: unlike other streams, a
 * spool is closed after it has been stored, not after its last byte.
 */
public final class Spool extends OutputStream {
  private static final int MEMORY = 32 * 1024;
  private static final byte[] NOTHING = {};

  private final Supplier<SpoolFiles.Content> files;
  private final MessageDigest digest = Sha256.fastest();
  private byte[] memory = NOTHING;
  private int remembered;
  private SpoolFiles.@Nullable Content file;
  private byte @Nullable [] sha256;
  private Optional<ImageHeader> header = Optional.empty();
  private boolean closed;

  Spool(Supplier<SpoolFiles.Content> files) {
    this.files = files;
  }

  /**
   * Adds to the content. If {@code /tmp} is full, waits until something is freed there.
   *
   * @throws IOException if the temporary file cannot be written, or nothing is freed in time
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
   * Type, width and height; empty if it is not a PNG, JPEG or WebP image, or has no pixels.
   *
   * @throws UncheckedIOException if the temporary file cannot be read
   */
  public Optional<ImageHeader> header() {
    if (header.isEmpty()) {
      try (InputStream content = content()) {
        header = ImageHeader.read(content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return header;
  }

  /**
   * Whether it begins as an image and is over before its format's end.
   *
   * @throws UncheckedIOException if the temporary file cannot be read
   */
  public boolean isCut() {
    try (InputStream content = content()) {
      Optional<ImageType> type =
          ImageSignature.mimeType(content.readNBytes(ImageSignature.BYTES))
              .flatMap(ImageType::ofMimeType);
      return type.isPresent() && !ImageEnd.isReached(type.get(), this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the writing. 64 lower-case hexadecimal digits. */
  public String sha256Hex() {
    return HexFormat.of().formatHex(sha256Bytes());
  }

  /** Ends the writing. */
  public byte[] sha256Bytes() {
    byte[] made = sha256;
    if (made == null) {
      made = digest.digest();
      sha256 = made;
    }
    return made;
  }

  /** A new stream over the whole content, for each attempt to store it. */
  public InputStream content() {
    checkOpen();
    return file == null ? new ByteArrayInputStream(memory, 0, remembered) : file.stream();
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

  private SpoolFiles.Content file() throws IOException {
    SpoolFiles.Content made = file;
    if (made == null) {
      made = files.get();
      file = made; // before anything is written: a full disk must not keep it open
      made.append(memory, 0, remembered);
      memory = NOTHING;
    }
    return made;
  }
}
