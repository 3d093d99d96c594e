package io.imagenlambda.spool;

import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Who may hold how much of {@code /tmp}, in bytes of its files.
 *
 * <p>Each admitted request is guaranteed room for the images that it has to hold until its answer
 * ends, of the largest size, and for one at least; it is only admitted when there is room for that.
 * The rest is shared: a request that holds more than its guarantee takes it from there. If there is
 * nothing left, it waits, and the sender of its answer with it, until an image is uploaded.
 *
 * <p>Nobody waits for ever. A request that needs more than its guarantee holds more than the image
 * that is arriving, as that is no larger. So it has complete images, and their uploads wait for
 * nobody. Only if another process fills {@code /tmp}, or what must be held together is larger than
 * all of it, can all that is held belong to images that wait. Then one of them is given up.
 */
final class Room {
  /** How soon to look whether another process has freed something, in milliseconds. */
  private static final long LOOK_AGAIN = 1000;

  /** One part in so many is left: for the file system itself, and blocks on their way to it. */
  private static final int PARTS = 64;

  private final LongSupplier free;
  private final long largestImage;
  private final Deque<Share> arrivals = new ArrayDeque<>();
  private int admitted;

  /** What can be held. */
  private long capacity;

  /** What is held. */
  private long held;

  /** What is held or guaranteed. */
  private long committed;

  /** What is held by arriving images that wait for more, and what is freed only after them. */
  private long waiting;

  /**
   * An empty room.
   *
   * @param free how many bytes could be written now. It is called with this room's monitor; what
   *     changes its answer must have the monitor until {@link #release} knows of it
   */
  Room(LongSupplier free, long largestImage) {
    this.free = free;
    this.largestImage = largestImage;
    measure();
  }

  /** What one request holds; the room's monitor guards it. */
  static final class Share {
    private long guaranteed;
    private long held;

    /** Whether nothing is uploaded before the answer has ended. */
    private boolean holdsAll;

    private long committed() {
      return Math.max(guaranteed, held);
    }
  }

  synchronized long capacity() {
    return capacity;
  }

  /**
   * Waits until a request may start, in the order of arrival.
   *
   * @param images how many of the largest images are guaranteed to it
   * @return false if there is no time to start it any more, or the thread is interrupted
   */
  synchronized boolean admit(Share share, int images, Deadline deadline, Duration longestCall) {
    long wanted = images * largestImage;
    arrivals.add(share);
    try {
      while (arrivals.peek() != share || !fits(wanted)) {
        Duration left = Budgets.untilLastStart(deadline, longestCall);
        if (!left.isPositive()) {
          return false;
        }
        wait(pause(left));
      }
      admitted++;
      share.holdsAll = images > 1;
      guarantee(share, Math.min(wanted, capacity));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      arrivals.remove(share);
      notifyAll(); // the next one
    }
  }

  private boolean fits(long wanted) {
    if (committed + wanted <= capacity) {
      return true;
    }
    measure();
    return admitted == 0 || committed + wanted <= capacity;
  }

  /** A request is over. */
  synchronized void leave(Share share) {
    admitted--;
    guarantee(share, 0);
    notifyAll();
  }

  private void guarantee(Share share, long bytes) {
    committed -= share.committed();
    share.guaranteed = bytes;
    committed += share.committed();
  }

  /**
   * Waits until an image may have more.
   *
   * @param soFar what the image has
   * @throws IOException if the invocation leaves no more time than storing needs, or nothing is
   *     left that could be freed
   */
  synchronized void take(Share share, long soFar, long more, Deadline deadline) throws IOException {
    if (!allows(share, more)) {
      await(share, soFar, more, deadline);
    }
    hold(share, more);
  }

  /** As {@link #take}, but never waits. */
  synchronized boolean takeNow(Share share, long more) {
    boolean allowed = allows(share, more);
    if (allowed) {
      hold(share, more);
    }
    return allowed;
  }

  private boolean allows(Share share, long more) {
    long shared = Math.max(share.guaranteed, share.held + more) - share.committed();
    return shared > 0 ? committed + shared <= capacity : held + more <= capacity;
  }

  private synchronized void await(Share share, long soFar, long more, Deadline deadline)
      throws IOException {
    long stuck = share.holdsAll ? share.held : soFar;
    waiting += stuck;
    try {
      while (!allows(share, more)) {
        Duration left = Budgets.forCalls(deadline);
        if (!left.isPositive()) {
          throw new IOException("nothing was freed before the invocation had to end");
        }
        wait(pause(left));
        measure();
        if (waiting == held && !allows(share, more)) {
          throw new IOException("it has room for " + capacity + " bytes, and none can be freed");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("interrupted while it waited for room").initCause(e);
    } finally {
      waiting -= stuck;
    }
  }

  private static long pause(Duration left) {
    return Math.clamp(left.toMillis(), 1, LOOK_AGAIN);
  }

  /** Somebody's image has been closed, or could not be written. */
  synchronized void release(Share share, long bytes) {
    hold(share, -bytes);
    notifyAll();
  }

  private void hold(Share share, long more) {
    committed -= share.committed();
    share.held += more;
    committed += share.committed();
    held += more;
  }

  /** The disk has refused a write: whatever was measured, it holds no more than this. */
  synchronized void full() {
    capacity = held;
  }

  private void measure() {
    long all = held + free.getAsLong();
    capacity = all - all / PARTS;
  }
}
