package io.imagenlambda.provider;

import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the key out of everything that a provider says. It may repeat the key in a message
 * ("Incorrect API key provided: …"), a code, a header or a verdict, and all of these end up in
 * answers, results and logs.
 */
final class KeyMask {
  /** A few letters would be found in any message; no real key is that short. */
  private static final int SHORTEST_KEY = 8;

  private final String key;

  KeyMask(ApiKey.Key key) {
    this.key = key.text();
  }

  ProviderAnswer mask(ProviderAnswer answer) {
    return switch (answer) {
      case Answered answered ->
          new Answered(
              answered.images(),
              mask(answered.filteredReasons()),
              mask(answered.storedElsewhere()),
              answered.shortfall() == null ? null : mask(answered.shortfall()),
              answered.usage(),
              mask(answered.warnings()),
              mask(answered.providerRequestId()),
              answered.maybeCharged(),
              answered.attempts());
      case Failed failed ->
          new Failed(
              mask(failed.failure()),
              failed.images(),
              failed.modelIsGone(),
              failed.retryAfter(),
              failed.attempts());
    };
  }

  /** A sink that never sees the key. */
  ImageSink mask(ImageSink sink) {
    return new ImageSink() {
      @Override
      public int wanted() {
        return sink.wanted();
      }

      @Override
      public OutputStream next() throws IOException {
        return sink.next();
      }

      @Override
      public void unreadable(String why) {
        sink.unreadable(why);
      }

      @Override
      public void image(OutputStream written, @Nullable String mimeType, @Nullable String prompt)
          throws IOException {
        sink.image(written, mask(mimeType), mask(prompt));
      }
    };
  }

  private Failure mask(Failure failure) {
    return new Failure(
        failure.outcome(),
        text(failure.code()),
        text(failure.message()),
        failure.httpStatus(),
        mask(failure.providerRequestId()));
  }

  private List<String> mask(List<String> texts) {
    return texts.stream().map(this::text).toList();
  }

  private @Nullable String mask(@Nullable String text) {
    return text == null ? null : text(text);
  }

  private String text(String text) {
    return key.length() < SHORTEST_KEY ? text : text.replace(key, "***");
  }
}
