/**
 * Who pays: of all deliveries of a request, the one that makes its call, and how the others learn.
 */
@NullMarked
package io.imagenlambda.ledger;

import org.jspecify.annotations.NullMarked;
