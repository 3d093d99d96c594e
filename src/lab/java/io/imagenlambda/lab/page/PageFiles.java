package io.imagenlambda.lab.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page's files. Their Content-Security-Policy lets them load only each other and images from
 * the lab's S3. It blocks inline scripts.
 */
public final class PageFiles {
  /** The path of the page's files. */
  public static final String PATH = "/lab/page/";

  private static final Pattern NAME = Pattern.compile("[a-z-]+\\.(html|css|js|svg)");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final String policy;

  /**
   * The files of a lab.
   *
   * @param s3 the address of the images
   */
  public PageFiles(URI s3) {
    this.policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' %s; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                .formatted(s3);
  }

  /** Serves a file; 404 where there is none of that name. */
  public void serve(HttpExchange exchange, String name) throws IOException {
    byte @Nullable [] content = NAME.matcher(name).matches() ? read(name) : null;
    if (content == null) {
      LabServer.answer(exchange, 404, "text/plain; charset=utf-8", "The page has no such file.\n");
      return;
    }
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Security-Policy", policy);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-cache");
    String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
    LabServer.answer(exchange, 200, type, content);
  }

  private static byte @Nullable [] read(String name) throws IOException {
    try (InputStream file = PageFiles.class.getResourceAsStream("/lab-page/" + name)) {
      return file == null ? null : file.readAllBytes();
    }
  }
}
