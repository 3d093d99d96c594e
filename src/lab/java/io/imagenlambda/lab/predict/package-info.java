/** The predict API's stand-in: its wire shapes, real pictures, and faults on demand. */
@NullMarked
package io.imagenlambda.lab.predict;

import org.jspecify.annotations.NullMarked;
