package io.imagenlambda.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.Wiring;
import io.imagenlambda.provider.LargePictures;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.queue.RequestQueue;
import io.imagenlambda.queue.ScriptedSqs;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.spool.SmallDisk;
import io.imagenlambda.spool.SpoolFiles;
import io.imagenlambda.spool.Tmpfs;
import io.imagenlambda.storage.InMemoryS3;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch whose images are together much larger than {@code /tmp}. */
final class SmallDiskTest {
  private static final URI QUEUE = URI.create("https://sqs.eu-central-1.amazonaws.com/1/later");
  private static final int REQUESTS = 6;
  private static final int IMAGE_BYTES = 9_000_000;

  @TempDir Path directory;

  private final Settings settings =
      TestSettings.of(
          "IMAGEN_CONCURRENCY",
          "" + REQUESTS,
          "IMAGEN_URL_STYLE",
          "cdn",
          "IMAGEN_CDN_BASE_URL",
          "https://cdn.example.com");

  @Test
  void ofSixRequestsThatShareTwentySixMegabytesNoImageIsLost() throws IOException {
    noImageIsLost(new SmallDisk(directory, 26_000_000).files(settings));
  }

  @Test
  void noImageIsLostOnARealDiskEither() throws IOException {
    Optional<Tmpfs> mounted = Tmpfs.ofMegabytes(26);
    assumeTrue(mounted.isPresent(), "nothing can be mounted here");
    try (Tmpfs disk = mounted.get()) {
      noImageIsLost(disk.files(settings));
    }
  }

  private void noImageIsLost(SpoolFiles files) throws IOException {
    InMemoryS3 s3 = new InMemoryS3();
    LargePictures provider = new LargePictures(IMAGE_BYTES, REQUESTS);
    s3.beforePut(key -> {
      if (key.endsWith(".png")) {
        provider.arePresent(); // a slow S3 is why /tmp fills up
      }
    });
    Events events =
        s3.under(new Wiring())
            .with(Settings.class, settings)
            .with(ObjectMapper.class, Wiring.mapper())
            .with(RequestQueue.class, new ScriptedSqs().queue(QUEUE))
            .with(Provider.class, provider)
            .with(SpoolFiles.class, files)
            .make(Events.class);
    Sample batch =
        Sample.batch(
            IntStream.range(0, REQUESTS).mapToObj(SmallDiskTest::message).toArray(Sample[]::new));

    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    events.handle(
        new ByteArrayInputStream(batch.toString().getBytes(UTF_8)),
        answer,
        Lambda.context(Duration.ofMinutes(10)));

    assertEquals("{\"batchItemFailures\":[]}", answer.toString(UTF_8));
    assertEquals(REQUESTS, provider.calls());
    assertEquals(
        2 * REQUESTS, s3.written().stream().filter(object -> object.endsWith(".png")).count());
  }

  private static Sample message(int number) {
    ObjectNode request = new ObjectMapper().createObjectNode();
    request.put("id", "request-" + number).put("prompt", "a lighthouse");
    request.putObject("parameters").put("sampleCount", 2);
    return Sample.of("sqs-message")
        .with("/messageId", "message-" + number)
        .with("/body", request.toString());
  }
}
