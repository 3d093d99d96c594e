package io.imagenlambda.spool;

import io.imagenlambda.request.Deadline;

/**
 * The right to hold images: one of the largest size at any time, and more while there is room for
 * it. To be closed after the last spool.
 */
public final class Admission implements AutoCloseable {
  private final SpoolFiles files;
  private final Room room;
  private final Room.Share share;
  private final Deadline deadline;

  Admission(SpoolFiles files, Room room, Room.Share share, Deadline deadline) {
    this.files = files;
    this.room = room;
    this.share = share;
    this.deadline = deadline;
  }

  /** An empty spool for one image, which the caller must close. One is written at a time. */
  public Spool spool() {
    return new Spool(() -> files.open(share, deadline));
  }

  @Override
  public void close() {
    room.leave(share);
  }
}
