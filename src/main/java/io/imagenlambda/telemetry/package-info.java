/**
 * What the operator sees: one JSON line a generation with its CloudWatch metrics, one at init, and
 * what every other line says of the invocation.
 */
@NullMarked
package io.imagenlambda.telemetry;

import org.jspecify.annotations.NullMarked;
