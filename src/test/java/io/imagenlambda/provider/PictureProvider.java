package io.imagenlambda.provider;

import io.imagenlambda.request.GenerationRequest;

/** A provider that answers every request with one small picture. */
public final class PictureProvider extends TestProvider {
  @Override
  protected ProviderAnswer answer(GenerationRequest request, ImageSink sink) {
    return pictures(1, sink);
  }
}
