package io.imagenlambda.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That the queue does not bring a request any more: the content of {@code dead.json}. A claim that
 * was made later says that it has come all the same.
 *
 * @param reason why; null if it is back on the queue
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Death(@Nullable String reason, Instant at) {}
