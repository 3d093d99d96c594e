package io.imagenlambda.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands before a lab as API Gateway does where {@code HttpAuthorization} is {@code IAM}: only
 * calls that are signed get through. It serves under a stage, so that a caller who does not resolve
 * {@code Location} against the address of its call gets lost.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Signature
 *     Version 4</a>
 */
final class IamGate implements AutoCloseable {
  /** What a caller has in its environment. The token is that of temporary credentials. */
  static final Map<String, String> CREDENTIALS =
      Map.of(
          "AWS_REGION", "eu-central-1",
          "AWS_ACCESS_KEY_ID", "callers-access-key",
          "AWS_SECRET_ACCESS_KEY", "callers-secret-key",
          "AWS_SESSION_TOKEN", "callers-session-token");

  /** What happens to the next call. */
  enum Mishap {
    /** It is told to come again. */
    REFUSED_FOR_NOW,
    /** The function has it, but the caller never hears of that. */
    ANSWER_LOST
  }

  /**
   * A call that was signed.
   *
   * @param status the answer's; 0 where it was lost
   */
  record Call(String method, String path, String body, int status) {}

  private static final String STAGE = "/prod";
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          ALGORITHM
              + " Credential=callers-access-key/(?<scope>\\d{8}/eu-central-1/execute-api/aws4_request),"
              + " SignedHeaders=(?<headers>[a-z0-9;-]+), Signature=(?<signature>[0-9a-f]{64})");
  private static final List<String> ALWAYS_SIGNED =
      List.of("host", "x-amz-date", "x-amz-security-token");

  private final URI lab;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Queue<Mishap> mishaps = new ConcurrentLinkedQueue<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final LabServer server;

  private IamGate(URI lab) {
    this.lab = lab;
    this.server = LabServer.start("gate", 0, this::serve);
  }

  static IamGate before(URI lab) {
    return new IamGate(lab);
  }

  /** The stack's output {@code ImagesUrl}. */
  String imagesUrl() {
    return server.url() + STAGE + "/images";
  }

  void next(Mishap... given) {
    mishaps.addAll(List.of(given));
  }

  List<Call> calls() {
    return calls;
  }

  void forgetCalls() {
    calls.clear();
  }

  private void serve(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getRawPath();
    if (!path.startsWith(STAGE + "/") || !isSigned(exchange, body)) {
      LabServer.answer(exchange, 403, "application/json", "{\"message\":\"Forbidden\"}");
      return;
    }
    String inStage = path.substring(STAGE.length());
    Mishap mishap = mishaps.poll();
    if (mishap == Mishap.REFUSED_FOR_NOW) {
      note(exchange, inStage, body, 429);
      exchange.getResponseHeaders().set("Retry-After", "1");
      LabServer.answer(exchange, 429, "application/json", "{\"message\":\"Too Many Requests\"}");
      return;
    }
    HttpResponse<byte[]> answer = passOn(exchange, inStage, body);
    if (mishap == Mishap.ANSWER_LOST) {
      note(exchange, inStage, body, 0);
      throw LabServer.cut();
    }
    note(exchange, inStage, body, answer.statusCode());
    for (String header : List.of("location", "retry-after")) {
      answer
          .headers()
          .firstValue(header)
          .ifPresent(value -> exchange.getResponseHeaders().set(header, value));
    }
    String type = answer.headers().firstValue("content-type").orElse("");
    LabServer.answer(exchange, answer.statusCode(), type, answer.body());
  }

  private void note(HttpExchange exchange, String path, byte[] body, int status) {
    calls.add(new Call(exchange.getRequestMethod(), path, new String(body, UTF_8), status));
  }

  private HttpResponse<byte[]> passOn(HttpExchange exchange, String path, byte[] body)
      throws IOException {
    HttpRequest.Builder call =
        HttpRequest.newBuilder(lab.resolve(path))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null) {
      call.header("Content-Type", type);
    }
    try {
      return http.send(call.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException closed) {
      throw new InterruptedIOException("the test is over");
    }
  }

  private static boolean isSigned(HttpExchange call, byte[] body) {
    Headers headers = call.getRequestHeaders();
    String authorization = headers.getFirst("Authorization");
    Matcher given = AUTHORIZATION.matcher(authorization == null ? "" : authorization);
    if (!given.matches()) {
      return false;
    }
    String names = given.group("headers");
    List<String> signed = List.of(names.split(";", -1));
    String canonical =
        String.join(
            "\n",
            call.getRequestMethod(),
            call.getRequestURI().getRawPath(),
            "", // no query
            signed.stream()
                .map(name -> "%s:%s\n".formatted(name, headers.getFirst(name)))
                .collect(joining()),
            names,
            sha256(body));
    String scope = given.group("scope");
    String toSign =
        String.join(
            "\n",
            ALGORITHM,
            headers.getFirst("X-Amz-Date"),
            scope,
            sha256(canonical.getBytes(UTF_8)));
    byte[] key = ("AWS4" + CREDENTIALS.get("AWS_SECRET_ACCESS_KEY")).getBytes(UTF_8);
    for (String part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    return signed.containsAll(ALWAYS_SIGNED)
        && given.group("signature").equals(HexFormat.of().formatHex(hmac(key, toSign)));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  @Override
  public void close() {
    server.close();
    http.close();
  }
}
