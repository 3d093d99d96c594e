package io.imagenlambda.provider;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * What Google's API says of its models, on either wire and free of charge. Relays may not serve it.
 *
 * @see <a href="https://ai.google.dev/api/models#method:-models.get">models.get</a>
 */
@Path("/v1beta/models")
interface ModelsApi {
  /** Asks for one model. */
  @GET
  @Path("/{model}")
  @Produces(MediaType.APPLICATION_JSON)
  Response model(
      @PathParam("model") String model,
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @HeaderParam("x-goog-api-key") @Nullable String googleKey);
}
