package io.imagenlambda.lab.runtime;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a process has taken.
 *
 * @param init from its start to its first question for an event; null before that
 * @param firstAnswer from its first event to the answer; null before that
 */
public record Timing(long pid, @Nullable Duration init, @Nullable Duration firstAnswer) {}
