/** What the operator sees: one JSON line per generation with its metrics, and one at init. */
@NullMarked
package io.imagenlambda.telemetry;

import org.jspecify.annotations.NullMarked;
