/**
 * The queue against a quota: the function's own classes, a provider that refuses what is beyond its
 * quota, and a queue and an event source mapping that behave as AWS's do, in hours that take
 * seconds.
 */
@NullMarked
package io.imagenlambda.quota;

import org.jspecify.annotations.NullMarked;
