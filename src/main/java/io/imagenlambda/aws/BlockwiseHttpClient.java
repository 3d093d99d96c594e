package io.imagenlambda.aws;

import io.imagenlambda.settings.CaFile;
import io.imagenlambda.settings.HttpsProxy;
import io.imagenlambda.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.Header;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * The JDK's {@link HttpURLConnection} under the SDK, as in the SDK's own {@code
 * UrlConnectionHttpClient}, which sends a body in blocks of 8 KB. Blocks of 64 KB took a fifth less
 * CPU time for a 13 MB image, and over TLS half the time. The proxy and whom to trust are the
 * function's settings; the rest of TLS is the JDK's.
 *
 * <p>The JDK keeps five idle connections to a host and opens more as needed, so that parallel
 * uploads never wait for one another.
 */
public final class BlockwiseHttpClient implements SdkHttpClient {
  private static final int BLOCK = 64 * 1024;

  private final int connectMillis;
  private final int readMillis;
  private final @Nullable SSLSocketFactory tlsSockets;
  private final Optional<HttpsProxy> proxy;

  private BlockwiseHttpClient(
      Duration connectTimeout,
      Duration readTimeout,
      @Nullable SSLSocketFactory tlsSockets,
      Optional<HttpsProxy> proxy) {
    this.connectMillis = Math.toIntExact(connectTimeout.toMillis());
    this.readMillis = Math.toIntExact(readTimeout.toMillis());
    this.tlsSockets = tlsSockets;
    this.proxy = proxy;
  }

  /** A client for https, with all that TLS needs: the JDK reads and makes it now. */
  public static BlockwiseHttpClient secure(
      Duration connectTimeout, Duration readTimeout, Settings settings) {
    // One for all connections: the JDK reuses a connection only for the same one.
    SSLSocketFactory tlsSockets =
        new PromptlyClosedSockets(
            settings
                .caFile()
                .map(CaFile::sockets)
                .orElseGet(HttpsURLConnection::getDefaultSSLSocketFactory));
    return new BlockwiseHttpClient(connectTimeout, readTimeout, tlsSockets, settings.proxy());
  }

  /** A client for plain http, which reaches this machine only. */
  public static BlockwiseHttpClient plain(Duration connectTimeout, Duration readTimeout) {
    return new BlockwiseHttpClient(connectTimeout, readTimeout, null, Optional.empty());
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new Call(this, request);
  }

  @Override
  public String clientName() {
    return "UrlConnection";
  }

  /** The JDK closes its connections when they have been idle for long. */
  @Override
  public void close() {}

  private HttpURLConnection open(SdkHttpRequest request) throws IOException {
    URI url = request.getUri();
    Proxy way = proxy.filter(any -> any.leadsTo(url)).map(HttpsProxy::toJdk).orElse(Proxy.NO_PROXY);
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(way);
    if (connection instanceof HttpsURLConnection https && tlsSockets != null) {
      https.setSSLSocketFactory(tlsSockets);
    }
    connection.setConnectTimeout(connectMillis);
    connection.setReadTimeout(readMillis);
    connection.setInstanceFollowRedirects(false); // the SDK handles redirects
    connection.setRequestMethod(request.method().name());
    connection.setRequestProperty(Header.ACCEPT, "*/*"); // the JDK's default is not valid HTTP
    request.forEachHeader(
        (name, values) -> connection.setRequestProperty(name, String.join(",", values)));
    return connection;
  }

  private static final class Call implements ExecutableHttpRequest {
    private final BlockwiseHttpClient client;
    private final HttpExecuteRequest request;
    private volatile @Nullable HttpURLConnection connection;
    private volatile boolean aborted;

    private Call(BlockwiseHttpClient client, HttpExecuteRequest request) {
      this.client = client;
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      try {
        return exchange();
      } catch (RuntimeException e) {
        if (aborted) { // how the JDK fails on a connection that was closed
          throw new IOException("the call was aborted", e);
        }
        throw e;
      }
    }

    private HttpExecuteResponse exchange() throws IOException {
      HttpURLConnection opened = client.open(request.httpRequest());
      connection = opened;
      if (request.contentStreamProvider().isPresent()) {
        send(opened, request.contentStreamProvider().get());
      }
      int status = opened.getResponseCode();
      return HttpExecuteResponse.builder()
          .response(
              SdkHttpResponse.builder()
                  .statusCode(status)
                  .statusText(opened.getResponseMessage())
                  .headers(headers(opened))
                  .build())
          .responseBody(body(opened, status))
          .build();
    }

    private void send(HttpURLConnection to, ContentStreamProvider content) throws IOException {
      to.setDoOutput(true);
      long length =
          request
              .httpRequest()
              .firstMatchingHeader(Header.CONTENT_LENGTH)
              .map(Long::parseLong)
              .orElse((long) BLOCK);
      // The JDK may hold a small body, and send it again if a kept connection is dead.
      if (length > BLOCK) {
        to.setFixedLengthStreamingMode(length);
      }
      byte[] block = new byte[Math.clamp(length, 1, BLOCK)];
      try (InputStream in = content.newStream();
          OutputStream out = to.getOutputStream()) {
        int count = in.read(block);
        while (count >= 0) {
          out.write(block, 0, count);
          count = in.read(block);
        }
      }
    }

    private static @Nullable AbortableInputStream body(HttpURLConnection from, int status)
        throws IOException {
      InputStream body = status >= 400 ? from.getErrorStream() : from.getInputStream();
      return body == null ? null : AbortableInputStream.create(body, from::disconnect);
    }

    /** The JDK has the status line among the headers, without a name. */
    private static Map<String, List<String>> headers(HttpURLConnection from) {
      Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      from.getHeaderFields()
          .forEach((name, values) -> {
            if (name != null) {
              headers.put(name, values);
            }
          });
      return headers;
    }

    @Override
    public void abort() {
      aborted = true;
      HttpURLConnection opened = connection;
      if (opened != null) {
        opened.disconnect();
      }
    }
  }

  /**
   * TLS sockets that can be closed while a write hangs. The JDK's wait for the write, as long as
   * TCP tries, to send a close message after it; a linger time limits that.
   */
  private static final class PromptlyClosedSockets extends SSLSocketFactory {
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
}
