package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.generation.Generation;
import io.imagenlambda.generation.GenerationRequest;
import io.imagenlambda.generation.GenerationResult;
import io.imagenlambda.generation.ImageGenerator;
import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.generation.Invocation;
import io.imagenlambda.generation.RequestParser;
import jakarta.inject.Singleton;

/**
 * Runs a request for a sender that is not waiting for an HTTP answer: whatever has not ended is a
 * {@link FunctionError}, so that the request comes again.
 */
@Singleton
final class RequestRunner {
  private final RequestParser parser;
  private final ImageGenerator generator;

  RequestRunner(RequestParser parser, ImageGenerator generator) {
    this.parser = parser;
    this.generator = generator;
  }

  /**
   * Checks a request and runs it.
   *
   * @param eventId the id of a request that names none
   */
  GenerationResult run(JsonNode json, String eventId, Invocation invocation) {
    try {
      return run(parser.parse(json, eventId), invocation);
    } catch (InvalidRequest invalid) {
      throw new FunctionError(FunctionError.Type.INVALID_REQUEST, invalid.detail());
    }
  }

  /** Runs a request that has been checked. */
  GenerationResult run(GenerationRequest request, Invocation invocation) {
    return switch (generator.generate(request, invocation)) {
      case Generation.Finished finished -> finished.result();
      case Generation.Conflict conflict ->
          throw new FunctionError(
              FunctionError.Type.INVALID_REQUEST,
              "the id %s belongs to another request: choose another".formatted(conflict.id()));
      case Generation.InProgress running ->
          throw new FunctionError(
              FunctionError.Type.IMAGEN_UNAVAILABLE,
              "the request %s is in progress elsewhere".formatted(running.id()));
      case Generation.Unavailable unavailable ->
          throw unavailable(unavailable.code(), unavailable.message());
      case Generation.Unknown unknown -> throw unavailable(unknown.code(), unknown.message());
      case Generation.AccountRefused refused ->
          throw FunctionError.ended(
              FunctionError.Type.IMAGEN_ACCOUNT, refused.code(), refused.message());
    };
  }

  private static FunctionError unavailable(String code, String message) {
    return FunctionError.ended(FunctionError.Type.IMAGEN_UNAVAILABLE, code, message);
  }
}
