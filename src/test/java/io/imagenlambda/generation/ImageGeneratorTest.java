package io.imagenlambda.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import io.imagenlambda.Wiring;
import io.imagenlambda.provider.PictureProvider;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestDigest;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.ImageStore;
import io.imagenlambda.storage.InMemoryS3;
import io.imagenlambda.storage.StorageFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** In which order a request's objects are written. */
final class ImageGeneratorTest {
  private static final String ID = "a-request";

  private final InMemoryS3 s3 = new InMemoryS3();
  private final Settings settings =
      TestSettings.of("IMAGEN_URL_STYLE", "cdn", "IMAGEN_CDN_BASE_URL", "https://cdn.example.com");
  private final ObjectMapper mapper = Wiring.mapper();
  private final Wiring function =
      s3.under(new Wiring())
          .with(Settings.class, settings)
          .with(ObjectMapper.class, mapper)
          .with(Provider.class, new PictureProvider());
  private final ImageStore store = function.make(ImageStore.class);
  private final ImageGenerator generator = function.make(ImageGenerator.class);

  @Test
  void theClaimIsEndedWhileTheImageIsOnItsWay() throws JsonProcessingException {
    CountDownLatch ended = new CountDownLatch(2); // it is made, and ended
    s3.beforePut(on("claim-0.json", ended::countDown).andThen(on("0.png", () -> await(ended))));

    assertInstanceOf(Generation.Finished.class, generate());
    assertEquals("succeeded", outcomeOfTheClaim());
  }

  @Test
  void theClaimIsEndedBeforeTheAnswerAlsoWhereTheImageCannotBeStored()
      throws JsonProcessingException {
    CountDownLatch refused = new CountDownLatch(1);
    CountDownLatch claimed = new CountDownLatch(1);
    s3.beforePut(
        on(
                "claim-0.json",
                () -> {
                  if (claimed.getCount() == 0) {
                    await(refused);
                  }
                  claimed.countDown();
                })
            .andThen(
                on(
                    "0.png",
                    () -> {
                      refused.countDown();
                      throw S3Exception.builder().statusCode(403).message("no").build();
                    })));

    assertThrows(StorageFailure.class, this::generate);
    assertEquals("succeeded", outcomeOfTheClaim());
  }

  private Generation generate() {
    GenerationRequest request =
        new GenerationRequest(
            ID,
            "a lighthouse",
            "a-model",
            Map.of("sampleCount", IntNode.valueOf(1)),
            List.of(),
            null,
            Map.of(),
            RequestDigest.of("a-digest"));
    return generator.generate(
        request,
        Invocation.begun(
            "an-invocation", Optional.empty(), "direct", Deadline.in(Duration.ofMinutes(1))));
  }

  private String outcomeOfTheClaim() throws JsonProcessingException {
    String claim = new String(store.read(ID, "claim-0.json").orElseThrow(), UTF_8);
    return mapper.readTree(claim).path("outcome").asText();
  }

  private static Consumer<String> on(String name, Runnable then) {
    return key -> {
      if (key.endsWith("/" + name)) {
        then.run();
      }
    };
  }

  private static void await(CountDownLatch what) {
    try {
      if (!what.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("it did not happen");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
