package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What comes in the place of S3's own XML, from a proxy or somebody else, is told and not obeyed.
 */
final class StrangeS3IT {
  @AutoClose private static final Lab lab = Lab.start(LabOptions.forTests());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Forbidden by the proxy",
        """
        <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"
          "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
        <html><body>Forbidden&nbsp;by the proxy</body></html>
        """,
        """
        <?xml version="1.0"?>
        <!DOCTYPE Error [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
        <Error><Code>AccessDenied</Code><Message>&secret;</Message></Error>
        """,
        """
        <?xml version="1.0"?>
        <Error><Code>AccessDenied</Code><Message>not you</Message></Error>
        """
      })
  void aRefusalInWhateverFormIsReportedWithItsStatusAndNothingIsPaidFor(String page) {
    try (LabServer proxy =
            LabServer.start(
                "proxy", 0, exchange -> LabServer.answer(exchange, 403, "application/xml", page));
        LambdaFunction function =
            lab.functionWith(Map.of("AWS_ENDPOINT_URL_S3", proxy.url().toString()))) {
      Answer answer =
          function.invoke(
              "{\"id\":\"strange\",\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}");

      Answer.FunctionError error = assertInstanceOf(Answer.FunctionError.class, answer);
      assertTrue(error.errorMessage().contains("403"), error.errorMessage());
      assertTrue(!error.errorMessage().contains("root:"), error.errorMessage());
    }
    assertEquals(0, lab.predict().journal().calls().size());
  }

  @Test
  void aVersionThatWasDeletedForGoodIsNoLongerThere() {
    String page = "<Error><Code>NoSuchVersion</Code><Message>it is gone</Message></Error>";
    try (LabServer proxy =
            LabServer.start(
                "proxy", 0, exchange -> LabServer.answer(exchange, 404, "application/xml", page));
        LambdaFunction function =
            lab.functionWith(Map.of("AWS_ENDPOINT_URL_S3", proxy.url().toString()))) {
      Answer answer =
          function.invoke(
              """
              {"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{
               "bucket":{"name":"requests"},"object":{"key":"a.json","versionId":"v1"}}}]}\
              """);

      assertInstanceOf(Answer.Success.class, answer, answer::text);
      assertEquals("{\"ignored\":[\"s3://requests/a.json is no longer there\"]}", answer.text());
    }
  }
}
