package io.imagenlambda.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.event.Envelopes.Payload;
import io.imagenlambda.lab.LabServersProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The version that an S3 event names: the lab's S3 has none to show it with. */
@QuarkusTest
@TestProfile(LabServersProfile.class)
@NullUnmarked
class EnvelopesTest {
  private static final String VERSION = "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e";

  @Inject Envelopes envelopes;

  @Test
  void aNotificationsVersionIsTheOneToRead() {
    assertEquals(
        List.of(request(Optional.of(VERSION))),
        envelopes.open(
            Sample.of("s3").with("/Records/0/s3/object/versionId", VERSION).json(), "an-id"));
  }

  @Test
  void anEventBridgeEventsVersionIsTheOneToRead() {
    assertEquals(
        List.of(request(Optional.of(VERSION))),
        envelopes.open(
            Sample.of("eventbridge-s3").with("/detail/object/version-id", VERSION).json(),
            "an-id"));
  }

  @Test
  void withoutAVersionItIsTheNewest() {
    assertEquals(
        List.of(request(Optional.empty())), envelopes.open(Sample.of("s3").json(), "an-id"));
    assertEquals(
        List.of(request(Optional.empty())),
        envelopes.open(
            Sample.of("s3").with("/Records/0/s3/object/versionId", Sample.node("null")).json(),
            "an-id"));
  }

  private static Payload request(Optional<String> version) {
    return new Payload.RequestObject("requests", "inbox/request.json", version);
  }
}
