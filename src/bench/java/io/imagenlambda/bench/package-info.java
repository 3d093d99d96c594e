/**
 * The benchmark: the function beside what a user would write instead, in the lab, in one run.
 *
 * <p>The lab's S3 and simulator run in the benchmark's own process, on the same CPUs as what is
 * measured and pinned to none; their work is in every program's wall time alike, and in nobody's
 * CPU time.
 */
@NullMarked
package io.imagenlambda.bench;

import org.jspecify.annotations.NullMarked;
