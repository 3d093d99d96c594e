package io.imagenlambda.settings;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.quarkus.runtime.configuration.NameIterator;

/**
 * For the executable: no property of Quarkus is unknown. Each start would look at the names of all
 * for those that nobody reads, to warn of them. They are those that were built in, of which the
 * build has warned; Quarkus leaves out what is in the environment, and Lambda has no other place
 * for them.
 */
@TargetClass(className = "io.quarkus.runtime.generated.Config")
final class NoUnknownProperties {
  private NoUnknownProperties() {}

  @Substitute
  static boolean isMapped(NameIterator name) {
    return true;
  }
}
