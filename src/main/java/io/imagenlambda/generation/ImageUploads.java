package io.imagenlambda.generation;

import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.provider.ImageSink;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.spool.Admission;
import io.imagenlambda.spool.ImageHeader;
import io.imagenlambda.spool.Spool;
import io.imagenlambda.storage.ImageStore;
import io.imagenlambda.storage.StorageRetry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Uploads the images of one answer to S3, each while the next is still arriving. Until it is
 * stored, an image is only in its spool.
 */
final class ImageUploads implements ImageSink, AutoCloseable {
  private final Admission room;
  private final ImageStore store;
  private final GenerationRequest request;
  private final IntFunction<String> names;
  private final Deadline deadline;
  private final long mostPixels;
  private final Map<String, String> metadata;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("upload-", 0).factory());
  private final List<Future<GenerationResult.Image>> uploads = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();

  /** What came of images that are cut: paid for, and perhaps worth looking at. */
  private final List<Future<GenerationResult.Image>> cut = new ArrayList<>();

  /**
   * An image that cannot be used, or only in part.
   *
   * @param why for people
   */
  record Refused(String code, String why) {
    private static Refused noImage(String why) {
      return new Refused("not_an_image", why);
    }

    private static Refused cut(String why) {
      return new Refused("image_cut", why);
    }
  }

  /**
   * The uploads of one call.
   *
   * @param request what the call asks for
   * @param names of its images, which are counted from 0
   */
  ImageUploads(
      Admission room,
      ImageStore store,
      GenerationRun run,
      GenerationRequest request,
      IntFunction<String> names,
      long mostPixels) {
    this.room = room;
    this.store = store;
    this.request = request;
    this.names = names;
    this.deadline = run.deadline();
    this.mostPixels = mostPixels;
    metadata = new LinkedHashMap<>(request.metadata());
    metadata.put("imagen-model", request.model());
    if (request.tenant() != null) {
      metadata.put("imagen-tenant", request.tenant());
    }
    metadata.put("imagen-aws-request-id", run.invocation().requestId());
  }

  @Override
  public int wanted() {
    return request.sampleCount();
  }

  @Override
  public OutputStream next() {
    return new Arriving(room.spool());
  }

  @Override
  public void unreadable(String why) {
    refused.add(Refused.noImage(why));
  }

  @Override
  public void image(OutputStream written, @Nullable String mimeType, @Nullable String prompt) {
    Arriving arriving = (Arriving) written;
    var header = arriving.spool.header();
    boolean isCut = arriving.spool.isCut();
    if (header.isEmpty()) {
      refused.add(
          isCut
              ? Refused.cut("something begins as an image and ends before it has pixels")
              : Refused.noImage("something is not a PNG, JPEG or WebP image"));
      return;
    }
    ImageHeader image = header.get();
    if ((long) image.width() * image.height() > mostPixels) {
      refused.add(
          Refused.noImage(
              "an image of %d x %d is larger than IMAGEN_MAX_IMAGE_PIXELS allows, %d"
                  .formatted(image.width(), image.height(), mostPixels)));
      return;
    }
    if (isCut) {
      String name = names.apply(images() + cut.size()) + "-cut";
      refused.add(
          Refused.cut(
              "an image of %d x %d is cut after %d bytes, which are kept as %s"
                  .formatted(
                      image.width(),
                      image.height(),
                      arriving.spool.size(),
                      store.imageUri(request.id(), name, image.type()))));
      cut.add(upload(name, arriving.handOver(), null));
      return;
    }
    String is = image.type().mimeType();
    if (mimeType != null && !image.type().isCalled(mimeType)) {
      warnings.add("image %d was declared as %s but is %s".formatted(images(), mimeType, is));
    }
    uploads.add(upload(names.apply(images()), arriving.handOver(), prompt));
  }

  private Future<GenerationResult.Image> upload(String name, Spool spool, @Nullable String prompt) {
    return threads.submit(() -> {
      try (spool) {
        return StorageRetry.untilDeadline(
                deadline,
                () -> store.putImage(request.id(), name, spool, request.digest().text(), metadata))
            .listed(prompt);
      }
    });
  }

  /** How many images have arrived that can be stored. */
  int images() {
    return uploads.size();
  }

  /** Waits until all images are stored, also what came of cut ones, which are not returned. */
  List<GenerationResult.Image> stored() {
    var _ = Parallel.results(cut);
    return Parallel.results(uploads);
  }

  /** What was odd but did no harm. */
  List<String> warnings() {
    return warnings;
  }

  /** Which images are none that can be used. */
  List<Refused> refused() {
    return refused;
  }

  @Override
  public void close() {
    threads.close();
  }

  /** A spool that frees itself when closed, unless it has been handed over to an upload. */
  private static final class Arriving extends OutputStream {
    private final Spool spool;
    private boolean handedOver;

    Arriving(Spool spool) {
      this.spool = spool;
    }

    Spool handOver() {
      handedOver = true;
      return spool;
    }

    @Override
    public void write(int b) throws IOException {
      spool.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      spool.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (!handedOver) {
        spool.close();
      }
    }
  }
}
