package io.imagenlambda.provider.gemini;

import io.imagenlambda.provider.AnswerJson;
import io.imagenlambda.provider.ErrorBody;
import io.imagenlambda.provider.ImageDelivery;
import io.imagenlambda.provider.Wire;
import io.imagenlambda.provider.gemini.Verdict.Said;
import io.imagenlambda.provider.json.JsonScanner;
import io.imagenlambda.provider.json.UnusableAnswer;
import io.imagenlambda.request.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer of {@code :generateContent} while it arrives. Of its images, the last that is no
 * thought is the one; a thought shows itself only behind its bytes. So an image waits in its stream
 * until the next has come, or the end. Memory does not grow with the number or the size of images.
 */
final class GenerateContentReader {
  private static final int LONGEST_TEXT = 64 * 1024;

  private final AnswerJson answer;
  private final JsonScanner json;
  private final ImageDelivery delivery;
  private final StringBuilder text = new StringBuilder();
  private final List<String> storedElsewhere = new ArrayList<>();
  private @Nullable Aside image;
  private @Nullable Aside thought;
  private @Nullable String finishReason;
  private @Nullable String finishMessage;
  private @Nullable String blockReason;
  private @Nullable String blockMessage;
  private boolean hasCandidate;
  private @Nullable Usage usage;
  private @Nullable ErrorBody error;

  /** A complete image that waits for the end of the answer. */
  private record Aside(OutputStream content, @Nullable String mimeType) {}

  GenerateContentReader(InputStream answer, ImageDelivery delivery) {
    this.answer = new AnswerJson(answer, delivery);
    this.json = this.answer.scanner();
    this.delivery = delivery;
  }

  /**
   * Reads to the end of the stream, or of the document if the stream breaks after it.
   *
   * @throws UnusableAnswer if it is not JSON, or not of the expected form
   * @throws IOException if it is cut; a whole image that came before is delivered
   */
  Wire.Read read() throws IOException {
    try {
      answer.document(this::member);
    } catch (IOException broken) {
      deliver(image);
      throw broken;
    }
    Said said =
        new Said(
            finishReason,
            finishMessage,
            blockReason,
            blockMessage,
            text.toString(),
            usage != null && usage.imageTokens() > 0 && image == null && thought == null);
    if (image != null) {
      deliver(image);
      return new Wire.Read(List.of(), storedElsewhere, error, null, usage, List.of());
    }
    if (thought != null && Verdict.allowsThought(said)) {
      deliver(thought);
      return new Wire.Read(
          List.of(),
          storedElsewhere,
          error,
          null,
          usage,
          List.of("the answer marks its only image as a thought; its last one was taken"));
    }
    return new Wire.Read(
        Verdict.filteredReasons(said),
        storedElsewhere,
        error,
        storedElsewhere.isEmpty() ? Verdict.failure(said) : null,
        usage,
        List.of());
  }

  private void deliver(@Nullable Aside whole) {
    if (whole != null) {
      delivery.whole(whole.content, whole.mimeType);
    }
  }

  private void member(String name) throws IOException {
    switch (name) {
      case "candidates" -> candidates();
      case "promptFeedback", "prompt_feedback" -> answer.object(this::promptFeedback);
      case "usageMetadata", "usage_metadata" -> usage();
      case "error" -> error = answer.error();
      default -> json.skip();
    }
  }

  /** One is asked for, and the first is read. */
  private void candidates() throws IOException {
    answer.array(
        "candidates",
        () -> {
          if (hasCandidate) {
            json.skip();
          } else {
            hasCandidate = true;
            answer.object(this::candidate);
          }
        });
  }

  private void candidate(String name) throws IOException {
    switch (name) {
      case "content" -> answer.object(this::content);
      case "finishReason", "finish_reason" -> finishReason = answer.text();
      case "finishMessage", "finish_message" -> finishMessage = answer.text();
      default -> json.skip();
    }
  }

  private void content(String name) throws IOException {
    if (name.equals("parts")) {
      answer.array("parts", this::part);
    } else {
      json.skip();
    }
  }

  private void part() throws IOException {
    Part part = new Part();
    answer.object(part::read);
    part.end();
  }

  /** A text, an image, or a place where one is; each may be a thought. */
  private final class Part {
    private boolean isThought;
    private @Nullable String mimeType;
    private @Nullable String said;
    private @Nullable String stored;

    void read(String name) throws IOException {
      switch (name) {
        case "inlineData", "inline_data" -> answer.object(this::inlineData);
        case "fileData", "file_data" -> answer.object(this::fileData);
        case "text" -> said = answer.text();
        case "thought" -> isThought = json.isTrue();
        default -> json.skip();
      }
    }

    private void inlineData(String name) throws IOException {
      switch (name) {
        case "data" -> answer.image();
        case "mimeType", "mime_type" -> mimeType = answer.text();
        default -> json.skip();
      }
    }

    private void fileData(String name) throws IOException {
      if (name.equals("fileUri") || name.equals("file_uri")) {
        stored = answer.text();
      } else {
        json.skip();
      }
    }

    void end() {
      delivery.setAside().map(content -> new Aside(content, mimeType)).ifPresent(this::keep);
      if (said != null && !isThought && text.length() < LONGEST_TEXT) {
        text.append(said);
      }
      if (!isThought) {
        AnswerJson.add(storedElsewhere, stored);
      }
    }

    private void keep(Aside arrived) {
      if (!isThought) {
        drop(image);
        drop(thought);
        thought = null;
        image = arrived;
      } else if (image == null) {
        drop(thought);
        thought = arrived;
      } else {
        drop(arrived);
      }
    }

    private void drop(@Nullable Aside unwanted) {
      if (unwanted != null) {
        delivery.drop(unwanted.content);
      }
    }
  }

  private void promptFeedback(String name) throws IOException {
    switch (name) {
      case "blockReason", "block_reason" -> blockReason = answer.text();
      case "blockReasonMessage", "block_reason_message" -> blockMessage = answer.text();
      default -> json.skip();
    }
  }

  private void usage() throws IOException {
    Counts counts = new Counts();
    answer.object(counts);
    if (counts.any) {
      usage =
          new Usage(counts.prompt, counts.output, counts.image, counts.thoughts, counts.total, 1);
    }
  }

  /** The tokens of a call. */
  private final class Counts implements AnswerJson.Member {
    private boolean any;
    private long prompt;
    private long output;
    private long image;
    private long thoughts;
    private long total;

    @Override
    public void read(String name) throws IOException {
      any = true;
      switch (name) {
        case "promptTokenCount", "prompt_token_count" -> prompt = json.count();
        case "candidatesTokenCount", "candidates_token_count" -> output = json.count();
        case "thoughtsTokenCount", "thoughts_token_count" -> thoughts = json.count();
        case "totalTokenCount", "total_token_count" -> total = json.count();
        case "candidatesTokensDetails", "candidates_tokens_details" ->
            answer.array(
                "candidatesTokensDetails",
                () -> {
                  Tokens tokens = new Tokens();
                  answer.object(tokens);
                  image += tokens.ofImage ? tokens.count : 0;
                });
        default -> json.skip();
      }
    }
  }

  /** How many tokens of one modality. */
  private final class Tokens implements AnswerJson.Member {
    private boolean ofImage;
    private long count;

    @Override
    public void read(String name) throws IOException {
      switch (name) {
        case "modality" -> ofImage = "IMAGE".equals(answer.text());
        case "tokenCount", "token_count" -> count = json.count();
        default -> json.skip();
      }
    }
  }
}
