package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class InterruptTest {
  private static final byte[] JSON = "{}".getBytes(UTF_8);

  @Test
  void anInterruptEndsAnUploadAtOnceAndTheThreadStaysInterrupted() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch forever = new CountDownLatch(1);
    try (ScriptedS3 s3 =
        new ScriptedS3(
            (n, request, exchange) -> {
              arrived.countDown();
              try {
                forever.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            })) {
      ImageStore store = s3.store();
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread upload =
          Thread.startVirtualThread(
              () -> {
                try {
                  store.replace("id", "a.json", JSON);
                } catch (Throwable e) {
                  thrown.complete(e);
                }
                interrupted.complete(Thread.currentThread().isInterrupted());
              });
      arrived.await();
      upload.interrupt();
      StorageFailure failure =
          assertInstanceOf(StorageFailure.class, thrown.get(2, TimeUnit.SECONDS));
      assertTrue(failure.retryable());
      assertTrue(interrupted.get(2, TimeUnit.SECONDS));
      assertEquals(1, s3.requests.size());
    }
  }

  @Test
  void anInterruptEndsAnUploadThatIsStuckInTheMiddle() throws Exception {
    try (ServerSocket deaf = new ServerSocket()) {
      deaf.setReceiveBufferSize(4096);
      deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      ImageStore store = ScriptedS3.store(deaf.getLocalPort());
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      Thread upload =
          Thread.startVirtualThread(
              () -> {
                try {
                  putImage(store, Arrays.copyOf(SampleImages.png(5, 5), 20_000_000));
                  thrown.complete(new AssertionError("nobody read what was sent"));
                } catch (Throwable e) {
                  thrown.complete(e);
                }
              });
      try (Socket connection = deaf.accept()) {
        connection.getInputStream().readNBytes(3000);
        upload.interrupt();
        assertInstanceOf(StorageFailure.class, thrown.get(2, TimeUnit.SECONDS));
      }
    }
  }

  private static void putImage(ImageStore store, byte[] image) throws Exception {
    try (Spool spool = store.spool()) {
      spool.write(image);
      store.putImage("id", 0, spool, Map.of());
    }
  }
}
