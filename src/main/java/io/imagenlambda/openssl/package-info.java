/**
 * The host's own OpenSSL, for what the native compiler gives no executable that is to start on
 * every host: SHA-256 with the instructions of the CPU at hand.
 */
@NullMarked
package io.imagenlambda.openssl;

import org.jspecify.annotations.NullMarked;
