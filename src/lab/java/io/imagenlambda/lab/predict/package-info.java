/** The simulator of the predict API: its JSON, real pictures, and faults on demand. */
@NullMarked
package io.imagenlambda.lab.predict;

import org.jspecify.annotations.NullMarked;
