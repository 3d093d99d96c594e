/** What everything else uses: requests, results, failures and deadlines. */
@NullMarked
package io.imagenlambda.request;

import org.jspecify.annotations.NullMarked;
