package io.imagenlambda.endtoend;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** One lab for all tests of a class; each counts the predict API's calls from zero. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class LabCase {
  @AutoClose final Lab lab;
  final StoredObjects stored;

  LabCase(LabOptions options) {
    lab = Lab.start(options);
    stored = new StoredObjects(lab);
  }

  @BeforeEach
  void forgetCalls() {
    lab.predict().journal().clear();
  }

  /** How often the predict API was called in this test. */
  int calls() {
    return lab.predict().journal().calls().size();
  }
}
