package io.imagenlambda.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import io.imagenlambda.request.InvalidRequest.Fault;
import io.imagenlambda.settings.TestSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestParserTest {
  private final RequestJson json = new RequestJson(new ObjectMapper());
  private final RequestParser parser = new RequestParser(json, TestSettings.of());

  @Test
  void aPromptAloneIsARequestForFourImages() {
    GenerationRequest request = parse("{'prompt':'a lighthouse in fog'}");

    assertEquals("event-1", request.id());
    assertEquals("a lighthouse in fog", request.prompt());
    assertEquals("imagen-4.0-generate-001", request.model());
    assertEquals(4, request.sampleCount());
    assertEquals(IntNode.valueOf(4), request.parameters().get("sampleCount"));
  }

  @Test
  void everyFieldOfTheContractIsRead() {
    GenerationRequest request =
        parse(
            "{'id':'spring-hero-1','prompt':'p','model':'imagen-4.0-ultra-generate-001',"
                + "'parameters':{'sampleCount':1,'aspectRatio':'16:9','imageSize':'2K',"
                + "'personGeneration':'dont_allow','seed':7,'outputOptions':{'mimeType':'image/jpeg'}},"
                + "'metadata':{'campaign':'spring'}}");

    assertEquals("spring-hero-1", request.id());
    assertEquals("imagen-4.0-ultra-generate-001", request.model());
    assertEquals(1, request.sampleCount());
    assertEquals("spring", request.metadata().get("campaign"));
    assertEquals(
        "{\"mimeType\":\"image/jpeg\"}",
        String.valueOf(request.parameters().get("outputOptions")),
        "what is not known is passed on untouched");
  }

  @Test
  void thePredictApisOwnBodyIsTheSameRequest() {
    assertEquals(
        parse("{'prompt':'p','parameters':{'sampleCount':2}}"),
        parse("{'instances':[{'prompt':'p'}],'parameters':{'sampleCount':2}}"));
  }

  @Test
  void geminisOwnBodyIsTheSameRequest() {
    GenerationRequest own =
        parse(
            "{'prompt':'a pier\\nat dawn','model':'gemini-2','parameters':{'aspectRatio':'21:9',"
                + "'imageSize':'4K','personGeneration':'ALLOW_NONE','seed':7,"
                + "'thinkingLevel':'low','temperature':1,'safetySettings':[]}}");

    assertEquals(
        own,
        parse(
            "{'contents':[{'role':'user','parts':[{'text':'a pier'},{'text':'at dawn'}]}],"
                + "'model':'gemini-2','generationConfig':{'responseModalities':['TEXT','IMAGE'],"
                + "'imageConfig':{'aspectRatio':'21:9','imageSize':'4K',"
                + "'personGeneration':'ALLOW_NONE'},'seed':7,"
                + "'thinkingConfig':{'thinkingLevel':'low'},'temperature':1},"
                + "'safetySettings':[]}"));
  }

  @Test
  void geminisOwnBodyMayBeInSnakeCaseAndHaveNulls() {
    assertEquals(
        parse("{'prompt':'p','model':'gemini-2','parameters':{'aspectRatio':'1:1'}}"),
        parse(
            "{'contents':[{'role':null,'parts':[{'text':'p'}]}],'model':'gemini-2','tools':null,"
                + "'generation_config':{'response_modalities':['IMAGE'],'candidateCount':1,"
                + "'image_config':{'aspect_ratio':'1:1','image_size':null}}}"));
  }

  @Test
  void geminisFormAsksForOneImageOfAnyModel() {
    assertEquals(1, parse("{'contents':[{'parts':[{'text':'p'}]}]}").sampleCount());
  }

  @Test
  void aTenantIsNoPartOfWhatIsAskedFor() {
    GenerationRequest request = parse("{'prompt':'p','tenant':'shop-a'}");

    assertEquals("shop-a", request.tenant());
    assertEquals(parse("{'prompt':'p'}").digest(), request.digest());
  }

  @Test
  void allFaultsAreToldAtOnce() {
    List<Fault> faults =
        faults(
            "{'id':'../x','promt':'p','parameters':{'sampleCount':9,'aspectRatio':'2:1',"
                + "'imageSize':'4K','personGeneration':'everybody'},'metadata':{'a':1}}");

    assertEquals(
        List.of(
            "/promt",
            "/id",
            "/prompt",
            "/parameters/sampleCount",
            "/parameters/aspectRatio",
            "/parameters/imageSize",
            "/parameters/personGeneration",
            "/metadata/a"),
        faults.stream().map(Fault::pointer).toList());
    assertEquals(
        "parameters.sampleCount is 9 but must be a whole number from 1 to 4",
        faults.get(3).detail());
    assertEquals(
        "parameters.aspectRatio is \"2:1\" but must be one of 1:1, 3:4, 4:3, 9:16, 16:9",
        faults.get(4).detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                          | a JSON object",
        "{}                                          | prompt is missing",
        "{'prompt':'  '}                             | prompt is empty",
        "{'prompt':7}                                | prompt must be a string",
        "{'prompt':'p','parameters':[]}              | parameters is [] but must be an object",
        "{'prompt':'p','parameters':{'sampleCount':0}}    | from 1 to 4",
        "{'prompt':'p','parameters':{'sampleCount':1.5}}  | from 1 to 4",
        "{'prompt':'p','parameters':{'sampleCount':'2'}}  | from 1 to 4",
        "{'prompt':'p','parameters':{'sampleCount':4294967297}} | from 1 to 4",
        "{'prompt':'p','id':''}                      | id is \"\" but must be 1 to 128",
        "{'prompt':'p','model':'a/b'}                | model is \"a/b\" but must be",
        "{'prompt':'p','tenant':'a b'}               | tenant is \"a b\" but must be 1 to 128",
        "{'prompt':'p','metadata':'x'}               | metadata is \"x\" but must be an object",
        "{'prompt':'p','instances':[{'prompt':'p'}]} | choose one",
        "{'instances':[]}                            | an array of one object",
        "{'instances':[{'prompt':'p'},{'prompt':'q'}]} | an array of one object",
        "{'instances':[{'prompt':'p','image':{}}]}   | instances.0.image is not a field",
        "{'instances':[{}]}                          | instances.0.prompt is missing",
        "{'prompt':'p','model':'imagen-4.0-fast-generate-001','parameters':{'imageSize':'1K'}}"
            + " | parameters.imageSize is not taken by imagen-4.0-fast-generate-001",
        "{'prompt':'p','parameters':{'sample_count':1}} | is not a parameter: sampleCount is meant",
        "{'prompt':'p','parameters':{'n':1}}           | is not a parameter: sampleCount is meant",
        "{'prompt':'p','parameters':{'aspect_ratio':'1:1'}} | aspectRatio is meant",
        "{'prompt':'p','parameters':{'Size':'1K'}}     | is not a parameter: imageSize is meant",
        "{'prompt':'p','model':'gemini-2','parameters':{'imageSize':'1k'}} | one of 512, 1K, 2K, 4K",
        "{'prompt':'p','model':'gemini-2','parameters':{'aspectRatio':'7:9'}} | 21:9, 1:4",
        "{'prompt':'p','model':'gemini-2','parameters':{'sampleCount':5}} | from 1 to 4",
        "{'prompt':'p','model':'gemini-2','parameters':{'negativePrompt':'x'}} | is not taken by",
        "{'prompt':'p','model':'gemini-2','parameters':{'addWatermark':true}} | is not taken by",
        "{'prompt':'p','model':'gemini-2','parameters':{'seed':7,'sampleCount':2}} | each with another seed",
        "{'prompt':'p','model':'gemini-2','parameters':{'candidateCount':2}} | is not taken by",
        "{'prompt':'p','model':'gemini-2','parameters':{'responseModalities':['TEXT']}} | is not taken by",
        "{'prompt':'p','model':'gemini-2','parameters':{'imageConfig':1}} | 1 but must be an object",
        "{'prompt':'p','model':'gemini-2','parameters':{'imageConfig':{'aspectRatio':'1:1'}}}"
            + " | parameters.imageConfig.aspectRatio is a parameter of its own: aspectRatio",
        "{'contents':[{'parts':[{'text':'p'}]}],'generation_config':{},'generationConfig':{}}"
            + " | generationConfig stands there twice",
        "{'contents':[]}                          | contents must be an array of one turn",
        "{'contents':[{'parts':[]},{'parts':[]}]} | contents must be an array of one turn",
        "{'contents':[{'parts':[]}]}              | contents is missing: it is the text of the image",
        "{'contents':[{'parts':[{'text':7}]}]}    | contents.0.parts.0.text must be a string",
        "{'contents':[{'parts':[{'inlineData':{}}]}]} | contents.0.parts.0.inlineData is not a field",
        "{'contents':[{'role':'model','parts':[{'text':'p'}]}]} | contents.0.role is \"model\"",
        "{'contents':[{'parts':[{'text':'p'}]}],'tools':[]} | tools is not a field of such a request",
        "{'contents':[{'parts':[{'text':'p'}]}],'prompt':'p'} | prompt is not a field",
        "{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{'candidateCount':2}}"
            + " | generationConfig.candidateCount is 2 but must be 1",
        "{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{'responseModalities':['AUDIO']}}"
            + " | generationConfig.responseModalities",
        "{'contents':[{'parts':[{'text':'p'}]}],'model':'gemini-2',"
            + "'generationConfig':{'imageConfig':{'aspectRatio':'7:9'}}}"
            + " | generationConfig.imageConfig.aspectRatio is \"7:9\" but must be one of",
      })
  void aWrongRequestIsRefusedByName(String request, String expected) {
    String told = faults(request).getFirst().detail();
    assertTrue(told.contains(expected), told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'prompt':'p','metadata':{'utm.source':7}} | /metadata/utm.source"
            + " | metadata['utm.source'] is 7",
        "{'prompt':'p','a/b~c':1}                   | /a~1b~0c | ['a/b~c'] is not a field",
        "{'prompt':'p','parameters':{'image.size':'1K'},'x.y':1} | /x.y | ['x.y'] is not a field",
        "{'contents':[{'parts':[{'a.b':1}]}]} | /contents/0/parts/0/a.b"
            + " | contents.0.parts.0['a.b'] is not a field",
      })
  void aNameWithDotsOrSlashesIsOneStepOfThePointer(String request, String pointer, String detail) {
    Fault fault = faults(request).getFirst();
    assertEquals(pointer, fault.pointer());
    assertTrue(fault.detail().startsWith(detail.replace('\'', '"')), fault.detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "prompt=p            | line 1, column 1: expected a JSON value",
        "{prompt:'p'}        | line 1, column 2: expected a name in quotes, or }",
        "{'prompt':'p'       | line 1, column 14: expected a comma and a name in quotes, or }",
        "{'prompt':'p',}     | line 1, column 15: expected a comma and a name in quotes, or }",
        "{'prompt' 'p'}      | line 1, column 11: expected a colon and a value",
        "{'prompt':lighthouse in fog} | line 1, column 11: expected a colon and a value",
        "{'prompt':'a\\x'}  | line 1, column 14: expected a character or an escape of JSON",
        "{'prompt':'p'} {}   | line 1, column 16: expected nothing more",
        "{'prompt':'p'}}     | line 1, column 15: expected nothing more",
        "[1,                 | line 1, column 4: expected a comma and a value, or ]",
      })
  void whatIsNotJsonIsToldByLineColumnAndWhatWasExpected(String text, String told) {
    String detail = faults(text).getFirst().detail();
    assertTrue(detail.startsWith("the request is not JSON: " + told), detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "prompt=a+lighthouse", "{'prompt':'p'", "{'prompt':'p'} {}"})
  void whatIsNotOneJsonValueIsRefusedAndNotRepeated(String text) {
    InvalidRequest invalid =
        assertThrows(InvalidRequest.class, () -> json.read(bytes(text)), "for " + text);
    assertTrue(invalid.detail().contains("JSON"), invalid.detail());
    assertTrue(!invalid.detail().contains("lighthouse+"), invalid.detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'prompt':'p','prompt':'p'}                                  | /prompt",
        "{'prompt':'p','parameters':{'sampleCount':1,'sampleCount':4}} | /parameters/sampleCount",
        "{'prompt':'p','parameters':{},'parameters':{'sampleCount':4}} | /parameters",
        "{'prompt':'p','metadata':{'utm.source':'a','utm.source':'b'}} | /metadata/utm.source",
        "{'contents':[{'parts':[{'text':'a'},{'text':'b','text':'c'}]}]} | /contents/0/parts/1/text",
        "{'prompt':'p','parameters':{'labels':{'a/b':1,'\\u0061/b':2}}} | /parameters/labels/a~1b",
      })
  void aFieldThatStandsTwiceIsRefusedByItsPlaceHoweverDeepItIs(String request, String pointer) {
    assertEquals(List.of(pointer), faults(request).stream().map(Fault::pointer).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'prompt':'p','parameters':{'seed':1e400}}            | /parameters/seed",
        "{'prompt':'p','parameters':{'guidance':-1e309}}       | /parameters/guidance",
        "{'prompt':'p','parameters':{'x':{'y':[0,1.5e-999]}}}  | /parameters/x/y/1",
        "{'prompt':'half \\ud83d'}                           | /prompt",
        "{'prompt':'\\udc36\\ud834 the wrong way round'}   | /prompt",
        "{'prompt':'caf\\ufffd'}                             | /prompt",
        "{'prompt':'p','parameters':{'negativePrompt':'caf\\ufffd'}} | /parameters/negativePrompt",
        "{'prompt':'p','parameters':{'labels':[{'a':'\\udfff'}]}} | /parameters/labels/0/a",
        "{'prompt':'p','metadata':{'a':'\\ud800'}}           | /metadata/a",
        "{'instances':[{'prompt':'caf\\ufffd'}]}             | /instances/0/prompt",
        "{'contents':[{'parts':[{'text':'caf\\ufffd'}]}]}    | /contents/0/parts/0/text",
      })
  void whatWouldNotSurviveIsRefusedByItsPlace(String request, String pointer) {
    assertEquals(List.of(pointer), faults(request).stream().map(Fault::pointer).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\\t\\r\\n",
        "\\u00a0",
        "\\u202f",
        "\\u3000",
        "\\u2028",
        "\\u0085",
        "\\u0000",
        "\\u007f",
        "\\u200b",
        "\\ufeff",
        "\\u2060",
        "\\u00ad",
        " \\u200b\\u00a0\\u0000 "
      })
  void aPromptOfWhichNothingCanBeSeenIsEmpty(String prompt) {
    for (String form :
        List.of(
            "{'prompt':'%s'}",
            "{'instances':[{'prompt':'%s'}]}",
            "{'contents':[{'parts':[{'text':'%1$s'},{'text':'%1$s'}]}]}")) {
      String told = faults(form.formatted(prompt)).getFirst().detail();
      assertTrue(told.endsWith(" is empty: it is the text of the image"), told);
    }
    assertEquals(
        1, parse("{'contents':[{'parts':[{'text':'%sx'}]}]}".formatted(prompt)).sampleCount());
  }

  @Test
  void numbersAndTextThatSurviveAreTaken() {
    assertEquals(
        "{\"a\":1.0E308,\"b\":0.0,\"c\":-0.0,\"d\":0.1,\"e\":123456789012345678901234567890}",
        String.valueOf(
            parse(
                    "{'prompt':'\\ud83d\\ude00','parameters':{'x':{'a':1e308,'b':0.00e-999,"
                        + "'c':-0e0,'d':0.1,'e':123456789012345678901234567890}}}")
                .parameters()
                .get("x")));
  }

  @Test
  void aRequestThatNoQueueCouldCarryIsRefused() {
    byte[] large = new byte[RequestJson.LONGEST + 1];
    InvalidRequest invalid = assertThrows(InvalidRequest.class, () -> json.read(large));
    assertEquals("the request has 262145 bytes but may have 262144", invalid.detail());
  }

  @Test
  void theDigestIsOfWhatIsAskedForNotOfHowItIsWritten() {
    RequestDigest digest =
        parse("{'prompt':'p','parameters':{'seed':1,'aspectRatio':'1:1'}}").digest();

    assertEquals(
        digest,
        parse(
                "{'id':'x','metadata':{'a':'b'},"
                    + "'parameters':{'aspectRatio':'1:1','seed':1},'prompt':'p'}")
            .digest());
    assertOther(digest, "{'prompt':'q','parameters':{'seed':1}}");
    assertOther(digest, "{'prompt':'p','parameters':{'seed':2,'aspectRatio':'1:1'}}");
    assertOther(
        digest, "{'prompt':'p','parameters':{'seed':1,'aspectRatio':'1:1','sampleCount':4}}");
  }

  private void assertOther(RequestDigest digest, String request) {
    assertFalse(digest.matches(parse(request).digest().text()), request);
  }

  @Test
  void aRequestThatAnEarlierVersionStoredIsStillTheSame() {
    // what version 1 stored, with sampleCount filled in
    String stored = "9894323783093a025baacc5e5b1e48c734e7447ac2ad50c8ced6da978d3dc325";

    for (String count : List.of("", ",'sampleCount':4", ",'sampleCount':null")) {
      String request =
          "{'prompt':'p','parameters':{'seed':1,'aspectRatio':'1:1'%s}}".formatted(count);
      assertTrue(parse(request).digest().matches(stored), request);
    }
    assertFalse(
        parse("{'prompt':'p','parameters':{'seed':1,'aspectRatio':'1:1','sampleCount':1}}")
            .digest()
            .matches(stored));
  }

  @Test
  void aModelOfGeminisMakesOneImageUnlessMoreAreAskedFor() {
    assertEquals(1, parse("{'prompt':'p','model':'gemini-nano-banana-2.1'}").sampleCount());
    assertEquals(4, parse("{'prompt':'p','model':'imagen-4.0-generate-001'}").sampleCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ALLOW_ADULT", "allow_adult"})
  void whoMayBeShownIsTakenInEitherCase(String given) {
    String request = "{'prompt':'p','parameters':{'personGeneration':'%s'}}".formatted(given);
    assertEquals("\"allow_adult\"", "" + parse(request).parameters().get("personGeneration"));
  }

  @Test
  void whatIsNotKnownIsPassedOn() {
    String more = "{'seed':7,'temperature':0.5,'labels':{'a':'b'},'imageSize':'4K'}";
    var parameters =
        parse("{'prompt':'p','model':'gemini-2','parameters':" + more + "}").parameters();
    assertEquals(
        List.of("sampleCount", "seed", "temperature", "labels", "imageSize"),
        List.copyOf(parameters.keySet()));
  }

  @Test
  void nullIsAsGoodAsLeftOut() {
    assertEquals(
        parse("{'prompt':'p'}"),
        parse(
            "{'prompt':'p','id':null,'model':null,'metadata':null,"
                + "'parameters':{'sampleCount':null,'imageSize':null}}"));
  }

  private GenerationRequest parse(String request) {
    return parser.parse(json.read(bytes(request)), "event-1");
  }

  private List<Fault> faults(String request) {
    return assertThrows(InvalidRequest.class, () -> parse(request)).faults();
  }

  private static byte[] bytes(String singleQuoted) {
    return singleQuoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
