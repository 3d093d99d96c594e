package io.imagenlambda.queue;

import io.imagenlambda.aws.BlockwiseHttpClient;
import io.imagenlambda.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;

/** SQS, as the environment says where it is. */
@Singleton
public class Sqs {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private final Supplier<SqsClient> create;
  private @Nullable SqsClient client;

  @Inject
  Sqs(Settings settings) {
    this(() ->
        SqsClient.builder()
            .httpClient(BlockwiseHttpClient.secure(CONNECT_TIMEOUT, READ_TIMEOUT, settings))
            .build());
  }

  Sqs(Supplier<SqsClient> create) {
    this.create = create;
  }

  /** Made at first use: most invocations need none. */
  synchronized SqsClient client() {
    SqsClient made = client;
    if (made == null) {
      made = create.get();
      client = made;
    }
    return made;
  }
}
