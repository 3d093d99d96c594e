/** The HTTP interface, the same for every front door: routes, answers and errors. */
@NullMarked
package io.imagenlambda.event.http;

import org.jspecify.annotations.NullMarked;
