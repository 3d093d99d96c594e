package io.imagenlambda.storage;

import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.KeyLayout.S3Location;
import io.imagenlambda.storage.client.S3Clients;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The S3 client, made once, and the one place where the SDK's failures become ours. A call ends
 * with its timeout, after up to four attempts and a minute.
 */
@Singleton
final class S3Calls {
  private final Supplier<S3Client> create;
  private volatile @Nullable S3Client client;

  @Inject
  S3Calls(Settings settings) {
    this(() -> S3Clients.fromEnvironment(settings));
  }

  S3Calls(Supplier<S3Client> create) {
    this.create = create;
  }

  /**
   * Makes the client while the function starts. Lambda gives a start a whole CPU, and an invocation
   * as little as a fourteenth of one.
   *
   * @see <a
   *     href="https://serverlessland.com/content/service/lambda/guides/effectively-running-java-on-serverless/init-heavy-lifting">Utilize
   *     initialization phase</a>
   */
  void started(@Observes StartupEvent ready) {
    try {
      client();
    } catch (RuntimeException e) {
      // each call tries again, and reports why
    }
  }

  /** Makes one call; the message of a failure names {@code object}. */
  <T> T call(String operation, Object object, Function<S3Client, T> call) {
    try {
      return call.apply(client());
    } catch (SdkException e) {
      throw StorageFailure.of(operation, object, e);
    }
  }

  /** The same, but the object or its version may be missing. A missing bucket is a failure. */
  <T> Optional<T> find(String operation, Object object, Function<S3Client, T> call) {
    return call(
        operation,
        object,
        s3 -> {
          try {
            return Optional.of(call.apply(s3));
          } catch (NoSuchKeyException missing) {
            return Optional.empty();
          } catch (S3Exception refused) {
            if (isNoSuchVersion(refused)) {
              return Optional.empty();
            }
            throw refused;
          }
        });
  }

  /** The content of a small object; empty if there is none. */
  Optional<byte[]> read(S3Location object) {
    return find(
        "GetObject",
        object,
        s3 ->
            s3.getObjectAsBytes(get -> get.bucket(object.bucket()).key(object.key()))
                .asByteArrayUnsafe());
  }

  /** Writes a small JSON object, over what may be there. */
  void replace(S3Location to, byte[] json) {
    call(
        "PutObject",
        to,
        s3 -> {
          PutObjects.json(s3, to, json);
          return to;
        });
  }

  /** The SDK has no exception for a version that was deleted for good. */
  private static boolean isNoSuchVersion(S3Exception refused) {
    AwsErrorDetails details = refused.awsErrorDetails();
    return details != null && "NoSuchVersion".equals(details.errorCode());
  }

  private S3Client client() {
    S3Client made = client;
    if (made == null) {
      synchronized (this) {
        made = client;
        if (made == null) {
          made = create.get();
          client = made;
        }
      }
    }
    return made;
  }
}
