package io.imagenlambda.provider;

import io.imagenlambda.provider.Provider.Reference;
import io.imagenlambda.provider.net.Body;
import io.imagenlambda.provider.net.Exchange;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Usage;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the provider's APIs: how its requests are written and its answers read. */
public interface Wire {
  /** Whether that model is called so. */
  boolean speaksTo(String model);

  /** How many images one call can make. */
  int imagesPerCall();

  /** How many images an answer may have, for so many that are wanted. */
  int mostImages(int wanted);

  /** How many images have to be held until the answer ends: with one, each can go on at once. */
  int imagesHeld();

  /**
   * What a call sends.
   *
   * @param references those of the request
   */
  Body body(GenerationRequest request, List<Reference> references);

  /** A request without a prompt, which the API refuses before it works. */
  byte[] emptyBody();

  /**
   * Whether an error is about {@link #emptyBody}, though the same words mean something else on
   * another wire.
   */
  boolean isOfEmptyBody(String message);

  /** The method's name in a model's {@code supportedGenerationMethods}. */
  String method();

  /**
   * Makes one call.
   *
   * @return the answer, whatever its status, as soon as its head has arrived
   * @throws RuntimeException if there is none
   */
  Response call(String model, String key, Exchange exchange);

  /**
   * Reads the body of a success while it arrives, to its end.
   *
   * @throws io.imagenlambda.provider.json.UnusableAnswer if it is not what the API promises
   * @throws IOException if it is cut
   */
  Read read(InputStream body, ImageDelivery images) throws IOException;

  /**
   * What an answer has beside its images.
   *
   * @param filteredReasons what the provider's filter said
   * @param storedElsewhere where images are that were not sent
   * @param error an error that came with a status of success
   * @param shortfall why there are fewer images than asked for, where the answer says that
   * @param usage what the call took, if the answer has it
   * @param warnings what was odd
   */
  record Read(
      List<String> filteredReasons,
      List<String> storedElsewhere,
      @Nullable ErrorBody error,
      @Nullable Failure shortfall,
      @Nullable Usage usage,
      List<String> warnings) {}
}
