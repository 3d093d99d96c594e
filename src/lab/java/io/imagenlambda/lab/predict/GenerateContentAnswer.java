package io.imagenlambda.lab.predict;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The answer of {@code :generateContent}: thoughts, one image, and what it took. */
final class GenerateContentAnswer {
  /** Tokens of an image, as Google counts them for 1K. */
  private static final int IMAGE_TOKENS = 1290;

  /** More than there are images in an answer. */
  private static final int APART = 100;

  /** Bodies that cannot be written into a prompt. */
  private static final Map<String, String> EMPTY =
      Map.of(
          "bytes",
          "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\","
              + "\"data\":\"\"}}]},\"finishReason\":\"STOP\"}]}",
          "list",
          "{\"candidates\":[]}");

  private final ImageRequest request;
  private final int number;
  private final List<Fault> faults;
  private final PictureCache pictures;
  private final List<AnswerPart> parts = new ArrayList<>();
  private boolean first = true;

  private GenerateContentAnswer(
      ImageRequest request, int number, List<Fault> faults, PictureCache pictures) {
    this.request = request;
    this.number = number;
    this.faults = faults;
    this.pictures = pictures;
  }

  /**
   * The answer to a call.
   *
   * @param number tells the call from others that say the same: without a seed, each gets another
   *     image
   */
  static List<AnswerPart> to(
      ImageRequest request, int number, List<Fault> faults, PictureCache pictures) {
    GenerateContentAnswer answer =
        new GenerateContentAnswer(request, request.seed() == null ? number : 0, faults, pictures);
    answer.write();
    return answer.parts;
  }

  private void write() {
    Optional<String> body =
        faults.stream()
            .flatMap(fault ->
                fault instanceof Fault.Empty(String form)
                    ? Optional.of(form).stream()
                    : Optional.<String>empty().stream())
            .findFirst();
    if (body.isPresent()) {
      text(EMPTY.getOrDefault(body.get(), body.get()));
      return;
    }
    String finish = has(Fault.AllFiltered.class) ? "IMAGE_SAFETY" : "STOP";
    boolean comes =
        !(has(Fault.AllFiltered.class)
            || has(Fault.Finish.class)
            || has(Fault.OnlyThoughts.class)
            || has(Fault.Declined.class)
            || has(Fault.Lost.class)
            || has(Fault.Gcs.class));
    int before = 0;
    boolean thoughts = false;
    for (Fault fault : faults) {
      switch (fault) {
        case Fault.Blocked(String reason) -> {
          text("{\"promptFeedback\":{\"blockReason\":\"%s\"}}".formatted(reason));
          return;
        }
        case Fault.Finish(String reason) -> finish = reason;
        case Fault.FinishAfter(String reason) -> finish = reason;
        case Fault.Thoughts(int count) -> {
          before = count;
          thoughts = true;
        }
        case Fault.Drafts(int count) -> before = count;
        default -> {}
      }
    }
    text("{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[");
    for (int index = 1; index <= before; index++) {
      if (thoughts) {
        part("{\"text\":\"I try another light.\",\"thought\":true}");
      }
      image(index, thoughts);
    }
    if (comes) {
      image(0, false);
    }
    if (has(Fault.Gcs.class)) {
      part("{\"fileData\":{\"fileUri\":\"https://files.example.com/1\"}}");
    }
    if (has(Fault.Declined.class)) {
      part("{\"text\":\"Here it is: ![a pier](https://files.example.com/1.png)\"}");
    }
    end(finish, comes || has(Fault.Lost.class) ? IMAGE_TOKENS : 0);
  }

  private void end(String finish, int tokens) {
    text(
        "]},\"finishReason\":\"%s\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":12,"
                .formatted(finish)
            + "\"candidatesTokenCount\":%1$d,\"totalTokenCount\":%2$d,\"candidatesTokensDetails\":"
                .formatted(tokens, 12 + tokens)
            + "[{\"modality\":\"IMAGE\",\"tokenCount\":%d}]},".formatted(tokens)
            + "\"modelVersion\":\"%s\",\"responseId\":\"r-1\"".formatted(request.model()));
    text(has(Fault.ErrorBeside.class) ? ErrorAnswers.beside() : "");
    text(has(Fault.Malformed.class) ? "<html>" : "}\n");
  }

  /** The flag of a thought may stand before or behind its bytes. */
  private void image(int index, boolean isThought) {
    String mimeType = has(Fault.WrongType.class) ? "image/jpeg" : request.mimeType();
    boolean flagFirst = index % 2 == 0;
    part(isThought && flagFirst ? "{\"thought\":true,\"inlineData\":{" : "{\"inlineData\":{");
    text("\"mimeType\":\"" + mimeType + "\",\"data\":\"");
    Picture picture = Picture.of(request, number * APART + index);
    parts.add(AnswerPart.Image.of(pictures.get(picture), index, mimeType, faults));
    text(isThought && !flagFirst ? "\"},\"thought\":true}" : "\"},\"thoughtSignature\":\"AAAA\"}");
  }

  private void part(String json) {
    text(first ? json : "," + json);
    first = false;
  }

  private void text(String json) {
    parts.add(new AnswerPart.Text(json));
  }

  private boolean has(Class<? extends Fault> kind) {
    return faults.stream().anyMatch(kind::isInstance);
  }
}
