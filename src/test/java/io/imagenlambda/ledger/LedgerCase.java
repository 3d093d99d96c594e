package io.imagenlambda.ledger;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.Wiring;
import io.imagenlambda.ledger.Inbox.Acceptance;
import io.imagenlambda.ledger.Ledger.Running;
import io.imagenlambda.ledger.Ledger.Taken;
import io.imagenlambda.ledger.Ledger.Yours;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Status;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.TestClock;
import io.imagenlambda.request.TestRequests;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.spool.Admission;
import io.imagenlambda.spool.SampleImages;
import io.imagenlambda.spool.Spool;
import io.imagenlambda.spool.SpoolFiles;
import io.imagenlambda.storage.ImageStore;
import io.imagenlambda.storage.InMemoryS3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The ledger over an S3 in memory, by a clock that the test moves, and two requests for one id. */
abstract class LedgerCase {
  static final Duration TIME = Duration.ofMinutes(3);
  static final GenerationRequest REQUEST = TestRequests.of("imagen", "a pier", Map.of());
  static final GenerationRequest OTHER = TestRequests.of("imagen", "a ship", Map.of());

  final TestClock clock = new TestClock();
  final InMemoryS3 s3 = new InMemoryS3();
  private final Wiring function =
      s3.under(new Wiring())
          .with(
              Settings.class,
              TestSettings.of(
                  "IMAGEN_URL_STYLE", "cdn", "IMAGEN_CDN_BASE_URL", "https://cdn.example.com"))
          .with(ObjectMapper.class, Wiring.mapper())
          .with(Clock.class, clock);
  final Ledger ledger = function.make(Ledger.class);
  final Inbox inbox = function.make(Inbox.class);
  private final ImageStore store = function.make(ImageStore.class);
  private final SpoolFiles spools = function.make(SpoolFiles.class);

  /** What a new delivery gets, after it has waited as long as it may. */
  final Taken take(GenerationRequest request) {
    return take(request, invocation());
  }

  final Taken take(GenerationRequest request, Invocation invocation) {
    Taken taken = ledger.take(request, invocation, () -> {});
    return taken instanceof Running running
        ? ledger.await(running, request, invocation, () -> {})
        : taken;
  }

  final Yours yours(GenerationRequest request) {
    return assertInstanceOf(Yours.class, take(request));
  }

  final Invocation invocation() {
    return invocation(Optional.empty());
  }

  final Invocation invocation(Optional<String> sandbox) {
    return Invocation.begun("an-invocation", sandbox, "sqs", deadline());
  }

  final Deadline deadline() {
    return clock.deadline(TIME);
  }

  final Acceptance accept(GenerationRequest request) {
    return inbox.accept(request, JsonNodeFactory.instance.objectNode(), invocation());
  }

  final void refuse() {
    inbox.refuse(refused(), invocation());
  }

  static GenerationResult refused() {
    return GenerationResult.refused(REQUEST.id(), new InvalidRequest("not a request"));
  }

  static GenerationResult result(GenerationRequest request) {
    return new GenerationResult(
        request.id(),
        Status.FILTERED,
        request.model(),
        null,
        1,
        List.of(),
        List.of(),
        null,
        null,
        null,
        List.of(),
        null,
        Map.of(),
        Instant.EPOCH,
        1,
        1,
        false,
        request.digest().text());
  }

  /** Stores an image of the request under that claim. */
  final void storeImage(Yours yours) {
    try (Admission room = spools.admit(1, deadline()).orElseThrow();
        Spool spool = room.spool()) {
      spool.write(SampleImages.png(2, 1));
      var _ =
          store.putImage(
              REQUEST.id(), yours.imageName(0), spool, REQUEST.digest().text(), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A lifecycle rule deletes that object. */
  final void expire(String name) {
    s3.delete(key(name));
  }

  /** The names of all objects of the id. */
  final List<String> names() {
    return s3.written().stream().map(key -> key.replaceFirst(".*/", "")).sorted().toList();
  }

  /** What an object says. */
  final String text(String name) {
    return s3.text(key(name));
  }

  private static String key(String name) {
    return "images/images/" + REQUEST.id() + "/" + name;
  }

  /** Runs once, for an object of that name. */
  static Consumer<String> once(String name, Runnable then) {
    AtomicBoolean first = new AtomicBoolean(true);
    return key -> {
      if (key.endsWith("/" + name) && first.getAndSet(false)) {
        then.run();
      }
    };
  }

  /** A process that is stopped. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Stops the process. */
  static Runnable dies() {
    return () -> {
      throw new Killed();
    };
  }

  /** S3's answer, or none: it may or may not have done what was asked. */
  static Runnable unavailable() {
    return () -> {
      throw S3Exception.builder().statusCode(503).message("slow down").build();
    };
  }
}
