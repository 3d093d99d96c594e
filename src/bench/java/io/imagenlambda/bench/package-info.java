/**
 * The benchmark: compares the function with programs that a user could write instead, in one lab.
 *
 * <p>The lab's S3 and simulator run in the benchmark's own process, on the same CPUs as the
 * measured programs. Their work is part of each program's wall time, and not of its CPU time.
 */
@NullMarked
package io.imagenlambda.bench;

import org.jspecify.annotations.NullMarked;
