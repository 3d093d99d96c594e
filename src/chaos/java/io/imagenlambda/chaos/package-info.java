/**
 * The chaos test: sends thousands of requests with every trigger while the provider, S3 and
 * processes fail at random, and then audits what became of each request.
 */
@NullMarked
package io.imagenlambda.chaos;

import org.jspecify.annotations.NullMarked;
