package io.imagenlambda.event;

import io.imagenlambda.lab.LabServers;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;

/** The lab's servers, which each test finds without an earlier one's calls and messages. */
// Every test class names LabServersProfile itself, because Quarkus does not inherit it.
@NullUnmarked
abstract class LabServersCase {
  LabServers lab;

  @BeforeEach
  void forget() {
    lab.forget();
  }
}
