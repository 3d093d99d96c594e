package io.imagenlambda.lab.predict;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.imagenlambda.lab.predict.Fault.Empty;
import io.imagenlambda.lab.predict.Fault.Filtered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The answer of {@code :predict}. */
final class PredictAnswer {
  private static final String SUPPORT_CODES = "Support codes: 39322892, 29310472";

  /** Bodies that cannot be written into a prompt. */
  private static final Map<String, String> EMPTY =
      Map.of(
          "bytes", "{\"predictions\":[{\"bytesBase64Encoded\":\"\"}]}",
          "list", "{\"predictions\":[]}");

  private final ImageRequest request;
  private final List<Fault> faults;
  private final PictureCache pictures;
  private final List<AnswerPart> parts = new ArrayList<>();

  private PredictAnswer(ImageRequest request, List<Fault> faults, PictureCache pictures) {
    this.request = request;
    this.faults = faults;
    this.pictures = pictures;
  }

  static List<AnswerPart> to(ImageRequest request, List<Fault> faults, PictureCache pictures) {
    PredictAnswer answer = new PredictAnswer(request, faults, pictures);
    answer.write();
    return answer.parts;
  }

  private void write() {
    for (Fault fault : faults) {
      if (fault instanceof Empty(String form)) {
        text(EMPTY.getOrDefault(form, form));
        return;
      }
      if (fault instanceof Fault.AllFiltered) {
        text(
            "{\"predictions\":[{\"raiFilteredReason\":\"Unable to show generated images. All images"
                + " were filtered out because they violated usage guidelines. %s\"}]}"
                    .formatted(SUPPORT_CODES));
        return;
      }
    }
    int missing =
        faults.stream()
            .mapToInt(fault -> fault instanceof Filtered filtered ? filtered.missing() : 0)
            .sum();
    text("{\"predictions\":[");
    int delivered = Math.max(0, request.sampleCount() - missing);
    for (int index = 0; index < delivered; index++) {
      text(index == 0 ? "" : ",");
      prediction(index);
    }
    if (missing > 0) {
      text(
          "%s{\"raiFilteredReason\":\"Your current safety filter threshold filtered out %d generated"
                  .formatted(delivered == 0 ? "" : ",", missing)
              + " images. You will not be charged for blocked images. %s\"}"
                  .formatted(SUPPORT_CODES));
    }
    if (has(Fault.Safety.class)) {
      text(",{\"safetyAttributes\":{\"categories\":[\"Violence\"],\"scores\":[0.1]}}");
    }
    text("]" + (has(Fault.ErrorBeside.class) ? ErrorAnswers.beside() : ""));
    text(has(Fault.Malformed.class) ? ",<html>" : "}\n");
  }

  /** The order of the keys varies, as in the real API's answers. */
  private void prediction(int index) {
    String mimeType = has(Fault.WrongType.class) ? "image/jpeg" : request.mimeType();
    StringJoiner members = new StringJoiner(",");
    members.add("\"mimeType\":\"" + mimeType + "\"");
    if (has(Fault.Rewritten.class)) {
      String rewritten = request.prompt() + ", in soft evening light";
      members.add("\"prompt\":\"" + String.valueOf(quoted(rewritten)) + "\"");
    }
    if (has(Fault.Safety.class)) {
      members.add("\"safetyAttributes\":{\"categories\":[\"Porn\",\"Toxic\"],\"scores\":[0,0.2]}");
    }
    if (has(Fault.Gcs.class)) {
      text("{%s,\"gcsUri\":\"gs://a-bucket/sample_%d.png\"}".formatted(members, index));
      return;
    }
    boolean bytesFirst = index % 2 == 0;
    text(bytesFirst ? "{\"bytesBase64Encoded\":\"" : "{" + members + ",\"bytesBase64Encoded\":\"");
    for (Fault fault : faults) {
      if (fault instanceof Fault.DataUris(int count) && index < count) {
        text("data:image/png;base64,");
      }
    }
    parts.add(
        AnswerPart.Image.of(pictures.get(Picture.of(request, index)), index, mimeType, faults));
    text(bytesFirst ? "\"," + members + "}" : "\"}");
  }

  private void text(String json) {
    parts.add(new AnswerPart.Text(json));
  }

  private boolean has(Class<? extends Fault> kind) {
    return faults.stream().anyMatch(kind::isInstance);
  }

  private static String quoted(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }
}
