package io.imagenlambda.lab.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Images as files to save: one by {@code id/name}, all of a result as a zip by {@code id}. The page
 * may read them too, which it may not from S3, another origin.
 */
public final class ImageFiles {
  /** The path of the files. */
  public static final String PATH = "/lab/files/";

  private final S3Client s3;
  private final String bucket;
  private final Results results;

  /**
   * The images of a bucket.
   *
   * @param results knows which images a result has
   */
  public ImageFiles(S3Client s3, String bucket, Results results) {
    this.s3 = s3;
    this.bucket = bucket;
    this.results = results;
  }

  /** Serves what is left of the path; 404 where there is no such image or result. */
  public void serve(HttpExchange exchange, String idAndName) throws IOException {
    String[] parts = idAndName.split("/", 2);
    if (parts.length == 1) {
      serveAll(exchange, parts[0]);
    } else {
      serveOne(exchange, parts[0], parts[1]);
    }
  }

  private void serveOne(HttpExchange exchange, String id, String name) throws IOException {
    Optional<String> key = Results.key(id, name);
    if (key.isEmpty()) {
      notThere(exchange, "image");
      return;
    }
    try (ResponseInputStream<GetObjectResponse> image = object(key.orElseThrow())) {
      begin(exchange, image.response().contentType(), id + "-" + name);
      if (!isHead(exchange)) {
        image.transferTo(exchange.getResponseBody());
      }
    } catch (NoSuchKeyException e) {
      notThere(exchange, "image");
    }
  }

  private void serveAll(HttpExchange exchange, String id) throws IOException {
    Optional<ObjectNode> result = results.get(id);
    if (result.isEmpty()) {
      notThere(exchange, "result");
      return;
    }
    begin(exchange, "application/zip", id + ".zip");
    if (isHead(exchange)) {
      return;
    }
    // Not in a try: what was cut off must not look like a whole zip.
    ZipOutputStream zip = new ZipOutputStream(exchange.getResponseBody());
    zip.setLevel(Deflater.NO_COMPRESSION); // images are compressed
    for (JsonNode image : result.orElseThrow().path("images")) {
      add(zip, URI.create(image.path("s3Uri").asText()).getPath().substring(1));
    }
    zip.finish();
  }

  private void add(ZipOutputStream zip, String key) throws IOException {
    try (ResponseInputStream<GetObjectResponse> image = object(key)) {
      ZipEntry entry = new ZipEntry(key.substring(key.lastIndexOf('/') + 1));
      Instant stored = image.response().lastModified();
      entry.setTime(stored.toEpochMilli());
      zip.putNextEntry(entry);
      image.transferTo(zip);
      zip.closeEntry();
    }
  }

  private ResponseInputStream<GetObjectResponse> object(String key) {
    return s3.getObject(get -> get.bucket(bucket).key(key));
  }

  /** To be saved and never shown: nothing in a bucket may become a page of the lab's origin. */
  private static void begin(HttpExchange exchange, String type, String file) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Content-Disposition", "attachment; filename=\"%s\"".formatted(file));
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, isHead(exchange) ? -1 : 0);
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }

  private static void notThere(HttpExchange exchange, String what) throws IOException {
    LabServer.answer(
        exchange, 404, "text/plain; charset=utf-8", "There is no such %s.\n".formatted(what));
  }
}
