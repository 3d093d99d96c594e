/** The function's own threads. They are platform threads: see {@code .github/DECISIONS.md}. */
@NullMarked
package io.imagenlambda.concurrent;

import org.jspecify.annotations.NullMarked;
