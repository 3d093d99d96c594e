package io.imagenlambda.lab.predict;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;

/** Sends the body of a 200, image by image in base64, with the faults that are asked for. */
final class AnswerWriter {
  /**
   * A multiple of three, so that the base64 of the blocks can be joined. It becomes 16,320 bytes of
   * base64, just below the 16,367 bytes of a TLS record in the JDK. A larger block would need a
   * second, small record, which costs clients time and which other servers do not send.
   */
  private static final int BLOCK = 3 * 4080;

  private static final Duration LONGER_THAN_ANY_CLIENT = Duration.ofHours(1);

  private final OutputStream out;
  private final List<Fault> faults;
  private final Call call;
  private int image;

  private AnswerWriter(OutputStream out, List<Fault> faults, Call call) {
    this.out = out;
    this.faults = faults;
    this.call = call;
  }

  static void send(HttpExchange exchange, List<AnswerPart> parts, List<Fault> faults, Call call)
      throws IOException {
    // With a length, unless a test asks for chunks: the JDK's server chunks by 4 KB, and the
    // benchmark would measure that as a cost of the function.
    boolean chunked =
        faults.stream()
            .anyMatch(fault -> fault instanceof Fault.Chunked || fault instanceof Fault.Escaped);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
    exchange.sendResponseHeaders(200, chunked ? 0 : length(parts));
    call.answeredWith(200);
    new AnswerWriter(exchange.getResponseBody(), faults, call).send(parts);
  }

  private static long length(List<AnswerPart> parts) {
    return parts.stream()
        .mapToLong(part ->
            switch (part) {
              case AnswerPart.Text(String json) -> json.getBytes(UTF_8).length;
              case AnswerPart.Image(byte[] bytes, Call.Served _) -> (bytes.length + 2L) / 3 * 4;
            })
        .sum();
  }

  private void send(List<AnswerPart> parts) throws IOException {
    boolean entryIsOpen = false;
    for (AnswerPart part : parts) {
      switch (part) {
        case AnswerPart.Text(String json) -> {
          write(json.getBytes(UTF_8));
          if (entryIsOpen) {
            stallOrCut(fault -> isAfter(fault, image));
          }
          entryIsOpen = false;
        }
        case AnswerPart.Image(byte[] bytes, Call.Served served) -> {
          image++;
          send(bytes);
          call.sent(served);
          entryIsOpen = true;
        }
      }
    }
    out.flush();
  }

  private void send(byte[] bytes) throws IOException {
    for (int from = 0; from < bytes.length; from += BLOCK) {
      int to = Math.min(bytes.length, from + BLOCK);
      byte[] base64 = Base64.getEncoder().encode(Arrays.copyOfRange(bytes, from, to));
      if (to > bytes.length / 2 && from <= bytes.length / 2) {
        byte[] half = Arrays.copyOf(base64, base64.length / 2);
        if (faults.stream().anyMatch(fault -> isWithin(fault, image))) {
          write(half);
          stallOrCut(fault -> isWithin(fault, image));
        }
      }
      write(base64);
    }
  }

  private static boolean isWithin(Fault fault, int image) {
    return switch (fault) {
      case Fault.Cut(int at) -> at == image;
      case Fault.Stall(int at) -> at == image;
      default -> false;
    };
  }

  private static boolean isAfter(Fault fault, int image) {
    return switch (fault) {
      case Fault.CutAfter(int at) -> at == image;
      case Fault.StallAfter(int at) -> at == image;
      default -> false;
    };
  }

  /** Stalls or cuts the connection, where one of the faults says so. */
  private void stallOrCut(Predicate<Fault> here) throws IOException {
    for (Fault fault : faults) {
      if (here.test(fault)) {
        out.flush();
        boolean stall = fault instanceof Fault.Stall || fault instanceof Fault.StallAfter;
        if (stall) {
          pause(LONGER_THAN_ANY_CLIENT);
        }
        throw LabServer.cut();
      }
    }
  }

  private void write(byte[] ascii) throws IOException {
    byte[] bytes = ascii;
    for (Fault fault : faults) {
      if (fault instanceof Fault.Escaped && image > 0) {
        String escaped = new String(bytes, UTF_8).replace("/", "\\/");
        bytes = escaped.replace("=", "\\u003d").getBytes(US_ASCII);
      }
      if (fault instanceof Fault.Trickle(Duration pause)) {
        for (int from = 0; from < bytes.length; from += 1024) {
          out.write(bytes, from, Math.min(1024, bytes.length - from));
          out.flush();
          pause(pause);
        }
        return;
      }
    }
    out.write(bytes);
  }

  /** Ends early, by an interrupt, when the simulator closes. */
  static void pause(Duration duration) throws IOException {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      throw (IOException) new InterruptedIOException("the simulator closes").initCause(e);
    }
  }
}
