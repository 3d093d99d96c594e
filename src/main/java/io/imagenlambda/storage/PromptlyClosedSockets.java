package io.imagenlambda.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS sockets that can be closed while a write hangs. The JDK's would wait for the write, for as
 * long as TCP tries, to send their goodbye after it; with a linger time they wait no longer than
 * that.
 */
final class PromptlyClosedSockets extends SSLSocketFactory {
  private static final int LINGER_SECONDS = 1;

  private final SSLSocketFactory sockets;

  PromptlyClosedSockets(SSLSocketFactory sockets) {
    this.sockets = sockets;
  }

  private static Socket promptlyClosed(Socket socket) throws IOException {
    socket.setSoLinger(true, LINGER_SECONDS);
    return socket;
  }

  @Override
  public Socket createSocket() throws IOException {
    return promptlyClosed(sockets.createSocket());
  }

  @Override
  public Socket createSocket(Socket through, String host, int port, boolean autoClose)
      throws IOException {
    return promptlyClosed(sockets.createSocket(through, host, port, autoClose));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return promptlyClosed(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return promptlyClosed(sockets.createSocket(host, port, localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return promptlyClosed(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return promptlyClosed(sockets.createSocket(host, port, localHost, localPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }
}
