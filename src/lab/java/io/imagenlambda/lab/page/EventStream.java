package io.imagenlambda.lab.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.timeline.Timeline;
import io.imagenlambda.lab.timeline.Timeline.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The timeline as server-sent events: first the events that are kept, then each new one. A client
 * that lost its connection sends {@code Last-Event-ID} and gets the events that it missed. One that
 * closed it cannot send that header with the next, and gives the number in the address.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
public final class EventStream {
  /** After so long a comment is sent, because only a write shows that the client has gone. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Timeline timeline;

  public EventStream(Timeline timeline) {
    this.timeline = timeline;
  }

  /**
   * Writes events until the client disconnects or the lab closes.
   *
   * @param after the number of the last one that the client knows; empty for none
   */
  public void serve(HttpExchange exchange, String after) throws IOException {
    String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    long known = Math.max(number(last), number(after));
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.write(":\n\n".getBytes(UTF_8)); // the headers go out, even where nothing has happened
    out.flush();
    while (true) {
      List<Entry> news = next(known);
      StringBuilder text = new StringBuilder(news.isEmpty() ? ":\n\n" : "");
      for (Entry entry : news) {
        text.append(event(entry));
        known = entry.number();
      }
      out.write(text.toString().getBytes(UTF_8));
      out.flush();
    }
  }

  private List<Entry> next(long known) throws IOException {
    try {
      return timeline.after(known, SILENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LabServer.cut();
    }
  }

  private static String event(Entry entry) {
    ObjectNode data = JSON.valueToTree(entry.event());
    data.put("at", entry.at().toString());
    return "id: %d\nevent: %s\ndata: %s\n\n".formatted(entry.number(), entry.event().kind(), data);
  }

  private static long number(@Nullable String lastEventId) {
    return lastEventId != null && lastEventId.matches("\\d{1,18}")
        ? Long.parseLong(lastEventId)
        : 0;
  }
}
