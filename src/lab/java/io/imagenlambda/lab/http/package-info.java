/** The small HTTP server that the lab's own services share. */
@NullMarked
package io.imagenlambda.lab.http;

import org.jspecify.annotations.NullMarked;
