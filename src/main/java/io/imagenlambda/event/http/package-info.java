/**
 * The HTTP interface: its routes, its answers and its errors, whichever front door a call came by.
 */
@NullMarked
package io.imagenlambda.event.http;

import org.jspecify.annotations.NullMarked;
