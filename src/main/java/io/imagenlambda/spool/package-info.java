/** An image on its way from the provider to S3: its bytes, digest, type and size. */
@NullMarked
package io.imagenlambda.spool;

import org.jspecify.annotations.NullMarked;
