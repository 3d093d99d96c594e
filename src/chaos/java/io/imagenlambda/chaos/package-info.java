/**
 * Bad luck, measured: thousands of requests by every trigger, with a provider, an S3 and processes
 * that fail at random, and an audit of what has come of them.
 */
@NullMarked
package io.imagenlambda.chaos;

import org.jspecify.annotations.NullMarked;
