package io.imagenlambda.endtoend;

import io.imagenlambda.lab.LabTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;

/** Forwards connections to a server, and changes bytes or the TLS version on the way. */
final class TcpProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final String scheme;
  private final URI server;
  private final long intact;

  private TcpProxy(ServerSocket listening, String scheme, URI server, long intact) {
    this.listening = listening;
    this.scheme = scheme;
    this.server = server;
    this.intact = intact;
    Thread.ofVirtual().start(this::accept);
  }

  /** Changes one bit in the response of each connection, after so many unchanged bytes. */
  static TcpProxy tampering(URI server, long intact) throws IOException {
    return new TcpProxy(
        listeningWith(ServerSocketFactory.getDefault()), server.getScheme(), server, intact);
  }

  /** Accepts TLS 1.2 with this cipher suite, for a server without TLS. */
  static TcpProxy speakingTls12(URI plainServer, LabTls tls, String suite) throws IOException {
    SSLServerSocket listening =
        (SSLServerSocket) listeningWith(tls.context().getServerSocketFactory());
    listening.setEnabledProtocols(new String[] {"TLSv1.2"});
    listening.setEnabledCipherSuites(new String[] {suite});
    return new TcpProxy(listening, "https", plainServer, Long.MAX_VALUE);
  }

  private static ServerSocket listeningWith(ServerSocketFactory factory) throws IOException {
    return factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** The address of this proxy. */
  URI uri() {
    return URI.create("%s://127.0.0.1:%d".formatted(scheme, listening.getLocalPort()));
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket upstream = new Socket(server.getHost(), server.getPort());
        Thread.ofVirtual().start(() -> pass(client, upstream, Long.MAX_VALUE));
        Thread.ofVirtual().start(() -> pass(upstream, client, intact));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  /** Passes on what one side sends until it ends. */
  static void pass(Socket from, Socket to, long intact) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] block = new byte[16 * 1024];
      long left = intact;
      int count = in.read(block);
      while (count >= 0) {
        if (left >= 0 && left < count) {
          block[(int) left] ^= 1;
        }
        left -= count;
        out.write(block, 0, count);
        count = in.read(block);
      }
    } catch (IOException gone) {
      // one side closed its connection, so the other gets nothing more
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
