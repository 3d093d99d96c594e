package io.imagenlambda.aws;

import io.imagenlambda.settings.Settings;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Reads secrets from AWS Secrets Manager; its client is made at the first read. */
@Singleton
final class SecretsManager implements Secrets {
  // Two tries end within ten seconds, so that an outage does not eat up a call's time.
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);

  private final Settings settings;
  private @Nullable SecretsManagerClient client;

  SecretsManager(Settings settings) {
    this.settings = settings;
  }

  @Override
  public synchronized String read(String name) {
    SecretsManagerClient secrets = client;
    if (secrets == null) {
      secrets =
          SecretsManagerClient.builder()
              .httpClient(BlockwiseHttpClient.secure(CONNECT_TIMEOUT, READ_TIMEOUT, settings))
              .overrideConfiguration(
                  override -> override.retryStrategy(retries -> retries.maxAttempts(2)))
              .build();
      client = secrets;
    }
    @Nullable String text =
        secrets.getSecretValue(request -> request.secretId(name)).secretString();
    if (text == null) {
      throw new IllegalStateException("it holds bytes, not text");
    }
    return text;
  }

  @PreDestroy
  synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
