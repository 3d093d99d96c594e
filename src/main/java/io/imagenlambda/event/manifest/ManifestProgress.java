package io.imagenlambda.event.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.storage.ManifestObjects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The progress of objects with many requests, in S3. */
@Singleton
public class ManifestProgress {
  private static final String PROGRESS = "progress.json";

  /** Written once, at the end: a rule may wait for it. */
  private static final String REPORT = "report.json";

  private final ManifestObjects objects;
  private final ObjectMapper mapper;

  ManifestProgress(ManifestObjects objects, ObjectMapper mapper) {
    this.objects = objects;
    this.mapper = mapper;
  }

  /** Makes reader and writer part of the executable. */
  static void compiling(
      @Observes @Initialized(ApplicationScoped.class) Object event, ObjectMapper mapper) {
    for (Class<?> type : List.of(Progress.class, Progress.Refusal.class)) {
      var _ = mapper.writerFor(type);
      var _ = mapper.readerFor(type);
    }
  }

  /**
   * How far a manifest is; empty if it is not known, or had only one request.
   *
   * @param baseId the beginning of the ids of its requests
   */
  public Optional<Progress> find(String baseId) {
    return objects
        .read(baseId, REPORT)
        .or(() -> objects.read(baseId, PROGRESS))
        .map(json -> read(baseId, json));
  }

  private Progress read(String baseId, byte[] json) {
    try {
      return mapper.readValue(json, Progress.class);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the progress of %s is not what this function wrote".formatted(baseId), e);
    }
  }

  void store(String baseId, Progress progress) {
    try {
      objects.replace(
          baseId, progress.hasEnded() ? REPORT : PROGRESS, mapper.writeValueAsBytes(progress));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // our own records can always be written
    }
  }
}
