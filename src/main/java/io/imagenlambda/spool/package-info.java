/** An image on its way from the provider to S3: its bytes, its digest, and what it says it is. */
@NullMarked
package io.imagenlambda.spool;

import org.jspecify.annotations.NullMarked;
