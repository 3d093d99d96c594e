package io.imagenlambda.check;

import io.imagenlambda.provider.Provider;
import io.imagenlambda.queue.RequestQueue;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Finding;
import io.imagenlambda.storage.StorageCheck;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Asks everything that the settings name whether it is there and lets us in. It makes no image, no
 * result, no claim and no message, and is charged nothing. It writes one small object beside the
 * images.
 */
@Singleton
public class SetupCheck {
  private static final Logger LOG = Logger.getLogger(SetupCheck.class);

  private final Provider provider;
  private final StorageCheck storage;
  private final RequestQueue queue;

  SetupCheck(Provider provider, StorageCheck storage, RequestQueue queue) {
    this.provider = provider;
    this.storage = storage;
    this.queue = queue;
  }

  /**
   * What was found.
   *
   * @param ok whether nothing is wrong, as far as it can be known
   */
  @RegisterForReflection
  public record Findings(boolean ok, List<Finding> checks) {}

  /**
   * Checks all, one after the other: some seconds, more where nobody answers.
   *
   * @param ofCallers what is known of those who call
   */
  public Findings run(Deadline deadline, Optional<Finding> ofCallers) {
    List<Finding> checks = new ArrayList<>(provider.check(deadline));
    checks.add(storage.bucket());
    checks.add(queue.check());
    storage.schedule().ifPresent(checks::add);
    ofCallers.ifPresent(checks::add);
    List<String> wrong = checks.stream().filter(Finding::failed).map(Finding::what).toList();
    // Not the messages, which quote others.
    LOG.infof(
        "check: %s", wrong.isEmpty() ? "nothing is wrong" : "wrong: " + String.join(", ", wrong));
    return new Findings(wrong.isEmpty(), checks);
  }
}
