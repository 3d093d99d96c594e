package io.imagenlambda.spool;

import io.imagenlambda.settings.Settings;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A disk of so many bytes. As the system does, it writes what fits and then refuses. */
public final class SmallDisk extends SpoolDirectory {
  private final File path;
  private final long size;
  private long used;
  private int refused;

  public SmallDisk(Path path, long size) {
    super(path);
    this.path = path.toFile();
    this.size = size;
  }

  /** Files on this disk. */
  public SpoolFiles files(Settings settings) {
    return new SpoolFiles(this, settings);
  }

  /** Another process takes so much, or gives it back. */
  synchronized void takenByOthers(long bytes) {
    used += bytes;
  }

  /** How many writes met a full disk. */
  synchronized int refused() {
    return refused;
  }

  @Override
  RandomAccessFile create() throws IOException {
    File file = File.createTempFile("small-disk-", ".spool", path);
    RandomAccessFile limited = new Limited(file);
    if (!file.delete()) {
      throw new IOException(file + " cannot be deleted");
    }
    return limited;
  }

  @Override
  synchronized long free() {
    return size - used;
  }

  private final class Limited extends RandomAccessFile {
    private long bytes;

    Limited(File file) throws IOException {
      super(file, "rw");
    }

    @Override
    public void write(byte[] block, int offset, int length) throws IOException {
      synchronized (SmallDisk.this) {
        long more = Math.max(0, getFilePointer() + length - bytes);
        long fitting = Math.min(more, free());
        super.write(block, offset, (int) (length - more + fitting));
        bytes += fitting;
        used += fitting;
        if (fitting < more) {
          refused++;
          throw new IOException("No space left on device");
        }
      }
    }

    @Override
    public void close() throws IOException {
      synchronized (SmallDisk.this) {
        used -= bytes;
        bytes = 0;
        super.close();
      }
    }
  }
}
