package io.imagenlambda.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** What was deployed before can be gone back to, and what is new can be tried on a few calls. */
final class VersionsTest {
  static final String HAS_RELEASE = "{\"Fn::Not\":[{\"Fn::Equals\":[{\"Ref\":\"Release\"},\"\"]}]}";

  private final Template template = Template.read();

  @Test
  void withAReleaseTheAliasIsAVersionAndElseWhatWasDeployedLast() {
    assertEquals(HAS_RELEASE, template.condition("HasRelease").toString());
    assertEquals("HasRelease", template.resource("Version").path("Condition").asText());
    assertEquals(
        "[\"HasRelease\",{\"Fn::GetAtt\":[\"Version\",\"Version\"]},\"$LATEST\"]",
        template.properties("Live").at("/FunctionVersion/Fn::If").toString());
  }

  /**
   * CloudFormation makes another version for another description, and Lambda if something changed.
   */
  @Test
  void anotherReleaseMakesAnotherVersionOfAFunctionThatHasChanged() {
    assertEquals("Release", template.properties("Version").at("/Description/Ref").asText());
    assertTrue(
        template
            .properties("ImagenFunction")
            .at("/Description/Fn::If/1/Fn::Sub")
            .asText()
            .contains("${Release}"));
  }

  @Test
  void aVersionStaysWhenTheNextOneTakesItsPlace() {
    JsonNode version = template.resource("Version");

    assertEquals("Retain", version.path("DeletionPolicy").asText());
    assertEquals("Retain", version.path("UpdateReplacePolicy").asText());
  }

  @Test
  void aNewVersionIsTakenBackWhereItFails() {
    JsonNode update = template.resource("Live").at("/UpdatePolicy/CodeDeployLambdaAliasUpdate");
    JsonNode group = template.properties("RolloutGroup");

    assertEquals("IsGradual", update.at("/Fn::If/0").asText());
    assertEquals("RolloutGroup", update.at("/Fn::If/1/DeploymentGroupName/Ref").asText());
    assertEquals(
        "CodeDeployDefault.Lambda${Rollout}",
        group.path("DeploymentConfigName").path("Fn::Sub").asText());
    assertTrue(group.at("/AlarmConfiguration/Enabled").asBoolean());
    assertEquals(
        "[{\"Name\":{\"Ref\":\"ErrorsAlarm\"}},{\"Name\":{\"Ref\":\"UnknownAlarm\"}}]",
        group.at("/AlarmConfiguration/Alarms").toString());
    assertEquals(
        "[\"DEPLOYMENT_FAILURE\",\"DEPLOYMENT_STOP_ON_ALARM\",\"DEPLOYMENT_STOP_ON_REQUEST\"]",
        group.at("/AutoRollbackConfiguration/Events").toString());
  }

  @Test
  void aRolloutWithoutAReleaseIsRefused() {
    JsonNode rule = template.rule("RolloutNeedsVersions");

    assertEquals(
        "{\"Fn::Not\":[{\"Fn::Equals\":[{\"Ref\":\"Rollout\"},\"AllAtOnce\"]}]}",
        rule.path("RuleCondition").toString());
    assertEquals(HAS_RELEASE, rule.at("/Assertions/0/Assert").toString());
  }
}
