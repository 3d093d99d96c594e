package io.imagenlambda.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CPU time and memory of a process, as Linux counts them. */
final class ProcessStats {
  private final long pid;

  ProcessStats(long pid) {
    this.pid = pid;
  }

  /**
   * User and system time so far, in milliseconds, of threads that have ended too.
   *
   * @throws IOException if the process is gone
   */
  double cpuMillis() throws IOException {
    return CpuClock.millis(pid);
  }

  /**
   * The most memory that was ever resident, in MiB.
   *
   * @throws IOException if the process is gone
   */
  double peakRssMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException("process %d has no VmHWM: it is gone".formatted(pid));
  }

  /**
   * The CPU clock of a process. {@code /proc} rounds user and system time down to 10 ms each, which
   * can be half of what is measured here.
   *
   * @see <a
   *     href="https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html">clock_getcpuclockid</a>
   */
  private static final class CpuClock {
    private static final MemoryLayout TIMESPEC = MemoryLayout.sequenceLayout(2, JAVA_LONG);

    private static final MethodHandle FIND =
        function("clock_getcpuclockid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle READ =
        function("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    private CpuClock() {}

    /**
     * How much the process has used so far.
     *
     * @throws IOException if it is gone
     */
    static double millis(long pid) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment clock = arena.allocate(JAVA_INT);
        MemorySegment time = arena.allocate(TIMESPEC);
        int status = (int) FIND.invokeExact(Math.toIntExact(pid), clock);
        if (status == 0) {
          status = (int) READ.invokeExact(clock.get(JAVA_INT, 0), time);
        }
        if (status != 0) {
          throw new IOException("process %d has no CPU clock: it is gone".formatted(pid));
        }
        return time.getAtIndex(JAVA_LONG, 0) * 1e3 + time.getAtIndex(JAVA_LONG, 1) / 1e6;
      } catch (IOException e) {
        throw e;
      } catch (Throwable impossible) { // invokeExact declares it
        throw new AssertionError(impossible);
      }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
  }
}
