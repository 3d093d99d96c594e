/** The page that the lab shows in a browser, and the small API that it uses. */
@NullMarked
package io.imagenlambda.lab.page;

import org.jspecify.annotations.NullMarked;
