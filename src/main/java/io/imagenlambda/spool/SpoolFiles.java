package io.imagenlambda.spool;

import io.imagenlambda.request.Deadline;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Temporary files for spools. A file serves one image after another: writing into memory that a
 * file has takes less than half as long as getting it for a new one, which must also return it. On
 * a full disk, files that wait for their next image are closed.
 *
 * <p>They are {@link RandomAccessFile}s because an interrupt closes a {@code FileChannel}, and the
 * SDK interrupts an attempt that takes too long.
 */
@Singleton
public class SpoolFiles {
  private static final Logger LOG = Logger.getLogger(SpoolFiles.class);

  /** The images of one request. Further files are closed after use. */
  private static final int MOST_KEPT = 4;

  private final SpoolDirectory directory;
  private final Room room;
  private final Duration longestCall;

  /** Guarded by the room's monitor, so that it never measures a file twice or not at all. */
  private final Deque<Kept> kept = new ArrayDeque<>();

  @Inject
  SpoolFiles(Settings settings) {
    this(new SpoolDirectory(Path.of(System.getProperty("java.io.tmpdir"))), settings);
  }

  SpoolFiles(SpoolDirectory directory, Settings settings) {
    this.directory = directory;
    this.room = new Room(() -> directory.free() + keptBytes(), settings.limits().imageBytes());
    this.longestCall = settings.timeout();
    warnIfTooSmall(settings);
  }

  /** A file without an image, and the space that it has on the disk. */
  private record Kept(RandomAccessFile file, long bytes) {}

  /** No reason not to start: requests take turns, and most images are far from the largest. */
  private void warnIfTooSmall(Settings settings) {
    long largest = settings.limits().imageBytes();
    long fitting = room.capacity() / largest;
    if (fitting < settings.concurrency()) {
      // No warnf: see Telemetry.
      LOG.warn(
          directory
              + " has room for "
              + room.capacity()
              + " bytes (EphemeralStorage), and not for an image of "
              + largest
              + " (IMAGEN_MAX_IMAGE_BYTES) of each of "
              + settings.concurrency()
              + " calls (IMAGEN_CONCURRENCY): at a time "
              + Math.max(1, fitting)
              + " will run"
              + (fitting == 0 ? ", and an image that does not fit is lost" : ""));
    }
  }

  /**
   * Waits until the images of one more request can be held, while the invocation leaves time for
   * its call.
   *
   * @param images how many it may have to hold until its answer ends
   * @return empty if it does not, or the thread is interrupted: the request must not start
   */
  public Optional<Admission> admit(int images, Deadline deadline) {
    return admit(images, deadline, deadline);
  }

  /** Does not wait: empty if there is no room now, or if others wait for room. */
  public Optional<Admission> admitNow(int images, Deadline deadline) {
    return admit(images, deadline, deadline.within(Duration.ZERO));
  }

  private Optional<Admission> admit(int images, Deadline deadline, Deadline wait) {
    Room.Share share = new Room.Share();
    return room.admit(share, images, wait, longestCall)
        ? Optional.of(new Admission(this, room, share, deadline))
        : Optional.empty();
  }

  Content open(Room.Share share, Deadline deadline) {
    synchronized (room) {
      Kept last = kept.peek();
      if (last != null && room.takeNow(share, last.bytes)) {
        kept.remove();
        return new Content(share, deadline, last.file, last.bytes);
      }
    }
    return new Content(share, deadline, null, 0);
  }

  private void takeBack(RandomAccessFile file, long bytes, Room.Share share) throws IOException {
    synchronized (room) {
      room.release(share, bytes);
      if (kept.size() < MOST_KEPT) {
        kept.push(new Kept(file, bytes));
      } else {
        file.close();
      }
    }
  }

  /** The disk is full. */
  private void closeKept() throws IOException {
    synchronized (room) {
      if (kept.isEmpty()) {
        room.full();
      }
      for (Kept each = kept.poll(); each != null; each = kept.poll()) {
        each.file.close();
      }
    }
  }

  private long keptBytes() {
    long bytes = 0;
    for (Kept each : kept) {
      bytes += each.bytes;
    }
    return bytes;
  }

  /** One image in a file that may have held others before: what follows its end is theirs. */
  final class Content implements Closeable {
    private final Room.Share share;
    private final Deadline deadline;
    private @Nullable RandomAccessFile file;
    private long length;
    private boolean closed;

    /** What the file has on the disk. */
    private long bytes;

    private Content(
        Room.Share share, Deadline deadline, @Nullable RandomAccessFile file, long bytes) {
      this.share = share;
      this.deadline = deadline;
      this.file = file;
      this.bytes = bytes;
    }

    synchronized long length() {
      return length;
    }

    /** On a full disk, waits until something is freed. */
    synchronized void append(byte[] block, int offset, int count) throws IOException {
      checkOpen();
      while (!isWritten(block, offset, count)) {
        closeKept();
      }
      length += count;
    }

    /** False if the disk is full; a part may have been written, and will be written again. */
    private boolean isWritten(byte[] block, int offset, int count) throws IOException {
      long more = Math.max(0, length + count - bytes);
      if (more > 0) {
        room.take(share, bytes, more, deadline);
        bytes += more;
      }
      try {
        RandomAccessFile to = file();
        to.seek(length);
        to.write(block, offset, count);
        return true;
      } catch (IOException failed) {
        long missing = bytes - (file == null ? 0 : file.length());
        room.release(share, missing);
        bytes -= missing;
        if (more > 0 && SpoolDirectory.isFull(failed)) {
          return false;
        }
        throw failed;
      }
    }

    private RandomAccessFile file() throws IOException {
      RandomAccessFile made = file;
      if (made == null) {
        made = directory.create();
        file = made;
      }
      return made;
    }

    /** A new stream from the beginning. It has no buffer: read it in blocks of many kilobytes. */
    InputStream stream() {
      return new ContentStream(this);
    }

    /** Up to {@code count} bytes, but none after the end. */
    private synchronized int read(long position, byte[] block, int offset, int count)
        throws IOException {
      checkOpen();
      RandomAccessFile from = file();
      from.seek(position);
      return from.read(block, offset, (int) Math.min(count, length - position));
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
        if (file != null) {
          takeBack(file, bytes, share);
        }
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
    public long skip(long wanted) {
      long count = Math.clamp(content.length() - position, 0, Math.max(0, wanted));
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
