/** Whether everything that the operator has set up is right, found out without paying. */
@NullMarked
package io.imagenlambda.check;

import org.jspecify.annotations.NullMarked;
