package io.imagenlambda.provider.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connection brings is what the reader gets, and no buffer is left. */
@NullUnmarked
class AnswerStreamTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n";

  private final AnswerBuffers buffers = new AnswerBuffers();
  private final AnswerStream answer = new AnswerStream();
  private final EmbeddedChannel connection =
      new EmbeddedChannel(new HttpClientCodec(), new AnswerTap(answer));

  @AfterEach
  void noBufferIsLeft() {
    answer.close();
    connection.finishAndReleaseAll();
    assertEquals(0, buffers.pinnedHeapMemory());
    assertEquals(0, buffers.pinnedDirectMemory());
  }

  private void comes(String ascii) {
    ByteBuf read = buffers.buffer(ascii.length());
    read.writeCharSequence(ascii, US_ASCII);
    connection.writeInbound(read);
  }

  private String read(int length) throws IOException {
    return new String(answer.readNBytes(length), US_ASCII);
  }

  @Test
  void theReaderGetsTheBodyAndVertxTheHeadAndTheEnd() throws IOException {
    comes(HEAD.formatted(6) + "abc");
    comes("def");
    assertEquals("abcdef", read(100));
    assertEquals(-1, answer.read());
    assertInstanceOf(HttpResponse.class, connection.readInbound());
    assertSame(LastHttpContent.EMPTY_LAST_CONTENT, connection.readInbound());
    assertNull(connection.readInbound());
  }

  @Test
  void whatCameBeforeTheConnectionBrokeIsReadBeforeTheBreakIsTold() throws IOException {
    comes(HEAD.formatted(6) + "abc");
    var _ = connection.finish();
    assertEquals("abc", read(3));
    IOException broken = assertThrows(IOException.class, answer::read);
    assertTrue(broken.getMessage().contains("the connection was closed"), broken.getMessage());
  }

  @Test
  void anErrorOfTheConnectionIsToldAsTheReason() {
    connection.pipeline().fireExceptionCaught(new IOException("Connection reset"));
    IOException broken = assertThrows(IOException.class, answer::read);
    assertTrue(broken.getMessage().contains("Connection reset"), broken.getMessage());
    assertThrows(IOException.class, connection::checkException, "Vert.x is told, too");
  }

  @Test
  void whatIsNoHttpBreaksTheAnswer() throws IOException {
    comes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    comes("what?\r\n");
    assertEquals("abc", read(3));
    assertThrows(IOException.class, answer::read);
  }

  @Test
  void theEndOfAnInterimResponseIsNotTheAnswers() throws IOException {
    comes("HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n");
    comes(HEAD.formatted(3) + "abc");
    assertEquals("abc", read(100));
  }

  @Test
  void theSenderIsHeldUpWhileMuchWaitsForTheReader() throws IOException {
    int most = AnswerStream.MOST_WAITING;
    comes(HEAD.formatted(2 * most));
    comes("x".repeat(most - 1));
    assertTrue(connection.config().isAutoRead());
    comes("x");
    assertFalse(connection.config().isAutoRead());
    assertEquals(most / 4, read(most / 4).length());
    assertFalse(connection.config().isAutoRead());
    assertEquals(most / 2, read(most / 2).length());
    assertTrue(connection.config().isAutoRead());
  }

  @Test
  void aRecordsBeginningIsPutBeforeTheRestOfItWhichStaysWhereItWasRead() {
    ByteBuf begun = read("begun, ");
    ByteBuf rest = read("and ended");
    int end = rest.writerIndex();
    ByteBuf joined = AnswerBuffers.joined(buffers, begun, rest);
    assertSame(rest, joined);
    assertEquals(end, joined.writerIndex());
    assertEquals("begun, and ended", joined.toString(US_ASCII));
    joined.release();
  }

  @Test
  void aBeginningForWhichThereIsNoRoomIsJoinedAllTheSame() {
    String longOne = "x".repeat(20_000);
    ByteBuf joined = AnswerBuffers.joined(buffers, read(longOne), read("y"));
    assertEquals(longOne + "y", joined.toString(US_ASCII));
    joined.release();
  }

  private ByteBuf read(String ascii) {
    ByteBuf read = buffers.ioBuffer(ascii.length());
    read.writeCharSequence(ascii, US_ASCII);
    return read;
  }

  @Test
  void whatComesAfterTheReaderIsGoneIsDropped() {
    comes(HEAD.formatted(6) + "abc");
    answer.close();
    comes("def");
    assertEquals(0, buffers.pinnedHeapMemory());
  }
}
