package io.imagenlambda.spool;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Temporary files for spools. A file serves one image after another: writing into memory that a
 * file has takes less than half as long as getting it for a new one, which must also return it.
 *
 * <p>Files are unlinked as soon as they are open, so that even a killed process leaves nothing in
 * {@code /tmp}, which a Lambda sandbox keeps between invocations.
 *
 * <p>They are {@link RandomAccessFile}s because an interrupt closes a {@code FileChannel}, and the
 * SDK interrupts an attempt that takes too long.
 */
@Singleton
public class SpoolFiles {
  /** The images of one request. Further files are closed after use. */
  private static final int MOST_KEPT = 4;

  private final Path directory;
  private final Deque<RandomAccessFile> kept = new ArrayDeque<>();

  @Inject
  SpoolFiles() {
    this(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** Makes files in this directory when they are needed. */
  public SpoolFiles(Path directory) {
    this.directory = directory;
  }

  /** An empty spool for one image, which the caller must close. */
  public Spool spool() {
    return new Spool(this);
  }

  Content open() throws IOException {
    RandomAccessFile used = used();
    return new Content(used == null ? unlinked() : used);
  }

  private synchronized @Nullable RandomAccessFile used() {
    return kept.poll();
  }

  private RandomAccessFile unlinked() throws IOException {
    Path path = Files.createTempFile(directory, "imagen-", ".spool");
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    if (!path.toFile().delete()) {
      path.toFile().deleteOnExit(); // Windows refuses while it is open
    }
    return file;
  }

  private void takeBack(RandomAccessFile file) throws IOException {
    synchronized (this) {
      if (kept.size() < MOST_KEPT) {
        kept.push(file);
        return;
      }
    }
    file.close();
  }

  /** One image in a file that held others before: what follows its end is theirs. */
  final class Content implements Closeable {
    private final RandomAccessFile file;
    private long length;
    private boolean closed;

    private Content(RandomAccessFile file) {
      this.file = file;
    }

    synchronized long length() {
      return length;
    }

    synchronized void append(byte[] block, int offset, int count) throws IOException {
      checkOpen();
      file.seek(length);
      file.write(block, offset, count);
      length += count;
    }

    /** A new stream from the beginning. It has no buffer: read it in blocks of many kilobytes. */
    InputStream stream() {
      return new ContentStream(this);
    }

    /** Up to {@code count} bytes, but none after the end. */
    private synchronized int read(long position, byte[] block, int offset, int count)
        throws IOException {
      checkOpen();
      file.seek(position);
      return file.read(block, offset, (int) Math.min(count, length - position));
    }

    /** A closed file may hold another content. */
    private void checkOpen() throws IOException {
      if (closed) {
        throw new IOException("the spool's file is closed");
      }
    }

    @Override
    public synchronized void close() throws IOException {
      if (!closed) {
        closed = true;
        takeBack(file);
      }
    }
  }

  private static final class ContentStream extends InputStream {
    private final Content content;
    private long position;

    private ContentStream(Content content) {
      this.content = content;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, to.length);
      if (length == 0) {
        return 0;
      }
      if (position == content.length()) {
        return -1;
      }
      int count = content.read(position, to, offset, length);
      if (count < 0) {
        throw new EOFException("the spool's file was cut short");
      }
      position += count;
      return count;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
  }
}
