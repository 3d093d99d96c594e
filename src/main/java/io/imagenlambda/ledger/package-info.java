/** Decides which delivery of a request makes the paid call, and what the others get. */
@NullMarked
package io.imagenlambda.ledger;

import org.jspecify.annotations.NullMarked;
