package io.imagenlambda.lab;

import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether this machine has what the lab needs: room on its disks, and free ports. */
final class Machine {
  /** What the build and the first start write, and some images. */
  private static final long ROOM_MEGABYTES = 200;

  private Machine() {}

  /**
   * Checks that disks have room, and that the ports of a lab that stays are free.
   *
   * @throws LabException naming what to free, or what to type instead
   */
  static void check(CommandLine line) {
    for (String property : List.of("basedir", "java.io.tmpdir")) {
      Path directory = Path.of(System.getProperty(property, "")).toAbsolutePath();
      try {
        checkRoom(directory, Files.getFileStore(directory).getUsableSpace());
      } catch (IOException e) {
        throw new LabException("%s cannot be used: %s".formatted(directory, e.getMessage()), e);
      }
    }
    if (line.stays()) {
      checkPorts(line);
    }
  }

  /** Checks that a directory has room. */
  static void checkRoom(Path directory, long usableBytes) {
    long megabytes = usableBytes >> 20;
    if (megabytes < ROOM_MEGABYTES) {
      throw new LabException(
          "the disk of %s is full: it has %d MB left, and the lab needs %d"
              .formatted(directory, megabytes, ROOM_MEGABYTES));
    }
  }

  private static void checkPorts(CommandLine line) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (CommandOption port : CommandOptions.PORTS) {
        held.add(
            listen(
                port,
                line.number(
                    port.name()))); // held, so that two options with the same port are noticed
      }
    } finally {
      held.forEach(Machine::close);
    }
  }

  private static ServerSocket listen(CommandOption option, int port) {
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new LabException(
          ("port %d is not free for %s (%s): type ./mvnw -Plab -Dlab.ports=any for free ports, or"
                  + " -D%s=… for another")
              .formatted(port, option.purpose(), e.getMessage(), option.name()),
          e);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new LabException("a port cannot be given back: " + e.getMessage(), e);
    }
  }
}
