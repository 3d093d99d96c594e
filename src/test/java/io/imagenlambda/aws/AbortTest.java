package io.imagenlambda.aws;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.imagenlambda.lab.LabTls;
import io.imagenlambda.settings.TestSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/** What the SDK does to a call whose time is over: it is called from another thread. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AbortTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final BlockwiseHttpClient PLAIN = BlockwiseHttpClient.plain(LONG, LONG);
  private static final int MORE_THAN_BUFFERS_HOLD = 20_000_000;

  @Test
  void anUploadThatNobodyReadsEndsWhenItIsAborted() throws Exception {
    try (ServerSocket deaf = new ServerSocket()) {
      assertAnAbortEnds("PUT", "http", PLAIN, deaf);
    }
  }

  @Test
  void aCallThatNobodyAnswersEndsWhenItIsAborted() throws Exception {
    try (ServerSocket deaf = new ServerSocket()) {
      assertAnAbortEnds("GET", "http", PLAIN, deaf);
    }
  }

  @Test
  void soTheyDoOverTls(@TempDir Path directory) throws Exception {
    LabTls tls = LabTls.create(directory);
    ServerSocketFactory sockets = tls.context().getServerSocketFactory();
    BlockwiseHttpClient trusting =
        BlockwiseHttpClient.secure(
            LONG, LONG, TestSettings.of("IMAGEN_CA_FILE", tls.certificate().toString()));
    try (ServerSocket deaf = sockets.createServerSocket();
        ServerSocket mute = sockets.createServerSocket()) {
      assertAnAbortEnds("PUT", "https", trusting, deaf);
      assertAnAbortEnds("GET", "https", trusting, mute);
    }
  }

  private static void assertAnAbortEnds(
      String method, String scheme, BlockwiseHttpClient client, ServerSocket deaf)
      throws Exception {
    deaf.setReceiveBufferSize(4096);
    deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ExecutableHttpRequest call =
        client.prepareRequest(request(method, scheme, deaf.getLocalPort()));
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread caller =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                call.call();
                thrown.complete(new AssertionError("nobody answered"));
              } catch (Throwable e) {
                thrown.complete(e);
              }
            });
    try (Socket connection = deaf.accept()) {
      connection.getInputStream().readNBytes(100);
      awaitStandstill(caller, thrown);
      call.abort();
      assertInstanceOf(IOException.class, thrown.get(10, TimeUnit.SECONDS));
    }
  }

  /** A thread that hangs in a system call takes no CPU time, and does not end. */
  private static void awaitStandstill(Thread thread, CompletableFuture<Throwable> ended)
      throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = -1;
    long now = threads.getThreadCpuTime(thread.threadId());
    while (now != before) {
      before = now;
      assertThrows(TimeoutException.class, () -> ended.get(100, TimeUnit.MILLISECONDS));
      now = threads.getThreadCpuTime(thread.threadId());
    }
  }

  private static HttpExecuteRequest request(String method, String scheme, int port) {
    SdkHttpFullRequest.Builder request =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.fromValue(method))
            .uri(URI.create("%s://127.0.0.1:%d/bucket/key".formatted(scheme, port)));
    HttpExecuteRequest.Builder all = HttpExecuteRequest.builder();
    if (method.equals("PUT")) {
      request.putHeader("Content-Length", Integer.toString(MORE_THAN_BUFFERS_HOLD));
      all.contentStreamProvider(() -> new ByteArrayInputStream(new byte[MORE_THAN_BUFFERS_HOLD]));
    }
    return all.request(request.build()).build();
  }
}
