package io.imagenlambda.provider.imagen;

import io.imagenlambda.provider.net.Exchange;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.jspecify.annotations.Nullable;

/**
 * The predict API. It returns a {@link Response}, the only type for which the REST client passes
 * the body on as a stream.
 */
@RegisterProvider(Exchange.Writer.class)
@Path("/v1beta/models")
interface PredictApi {
  /**
   * Makes one call.
   *
   * @param exchange an {@link Exchange}, not declared as one: Quarkus would register it, and Vert.x
   *     with it, for reflection in the native executable
   */
  @POST
  @Path("/{model}:predict")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  Response predict(
      @PathParam("model") String model,
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @HeaderParam("x-goog-api-key") @Nullable String googleKey,
      Object exchange);
}
