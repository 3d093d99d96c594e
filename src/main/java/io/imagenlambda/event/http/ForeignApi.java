package io.imagenlambda.event.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.InvalidRequest;
import java.util.List;

/** An API that others made, whose clients are answered in its own words. */
interface ForeignApi {
  /**
   * A body of that API as a request of ours.
   *
   * @throws InvalidRequest naming what it has that we have not
   */
  JsonNode request(JsonNode body);

  /** Whether the body asks for the images themselves, and not for their URLs. */
  default boolean asksForBytes(JsonNode body) {
    return false;
  }

  /**
   * The body of a good answer.
   *
   * @param result has images, or the filter's verdict
   * @param contents of the images, in their order; if it is empty, the answer has their addresses
   */
  Object answer(GenerationResult result, List<byte[]> contents);

  /** Whether a request that the filter held back wholly gets an answer, and not an error. */
  boolean answersWithVerdict();

  /**
   * The body of an error.
   *
   * @param status as the client sees it
   * @param location where the request is found; empty if there is none
   */
  Object error(int status, Problem problem, String location);
}
