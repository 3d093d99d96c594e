package io.imagenlambda.bench;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.runtime.Program;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Under what a program runs: the transport, and Lambda's limits where it has them. */
record Condition(
    String name, boolean secure, @Nullable Limit limit, int warmCalls, Duration patience) {
  static final Condition PLAIN = new Condition("HTTP", false, null, 7, Duration.ofSeconds(60));
  static final Condition SECURE = new Condition("HTTPS", true, null, 7, Duration.ofSeconds(60));

  static Condition within(Limit limit) {
    return new Condition(limit.toString(), false, limit, 3, Duration.ofMinutes(2));
  }

  /** How the program is started to run under it, but for the limit. */
  Program program(Candidate candidate, Lab lab) {
    return secure ? candidate.trusting().with(lab.secureEnvironment()) : candidate.plain();
  }
}
