package io.imagenlambda.lab;

import io.imagenlambda.lab.predict.Journal;
import io.imagenlambda.lab.predict.PredictSimulator;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sqs.model.Message;

/** The lab's S3, SQS and predict API on free ports, for a function that runs in the tests' JVM. */
public final class LabServers implements AutoCloseable {
  private final PredictSimulator predict = PredictSimulator.start(0, Lab.API_KEY);
  private final LabS3 s3;
  private final LabSqs sqs = LabSqs.start(0, "");

  LabServers(Path directory) {
    s3 = LabS3.start(directory, 0, Lab.OUTPUT_BUCKET, Lab.REQUEST_BUCKET);
  }

  Map<String, String> settings() {
    return Map.of(
        "TOKAIFY_BASE_URL",
        predict.url().toString(),
        "TOKAIFY_API_KEY",
        Lab.API_KEY,
        "OUTPUT_BUCKET",
        Lab.OUTPUT_BUCKET,
        "QUEUE_URL",
        queue().toString(),
        "IMAGEN_URL_STYLE",
        "presigned",
        "IMAGEN_TIMEOUT",
        "20s",
        "IMAGEN_CONCURRENCY",
        "3",
        "IMAGEN_SCHEDULE_REQUESTS",
        "s3://requests/schedule/every-morning.jsonl");
  }

  /** What the SDK takes from Lambda's environment otherwise. */
  Map<String, String> sdkProperties() {
    return Map.of(
        "aws.region", LabCredentials.REGION,
        "aws.accessKeyId", LabCredentials.ACCESS_KEY_ID,
        "aws.secretAccessKey", LabCredentials.SECRET_ACCESS_KEY,
        "aws.endpointUrlS3", s3.endpoint().toString(),
        "aws.endpointUrlSqs", sqs.endpoint().toString());
  }

  public PredictSimulator predict() {
    return predict;
  }

  public Journal journal() {
    return predict.journal();
  }

  /** How often the predict API was called since {@link #forget}. */
  public int calls() {
    return journal().calls().size();
  }

  /** Stores an object with requests. */
  public void upload(String key, String content) {
    s3.client()
        .putObject(put -> put.bucket(Lab.REQUEST_BUCKET).key(key), RequestBody.fromString(content));
  }

  public void deleteUpload(String key) {
    s3.client().deleteObject(delete -> delete.bucket(Lab.REQUEST_BUCKET).key(key));
  }

  /** A text object of the output bucket. */
  public String output(String key) {
    return s3.client()
        .getObjectAsBytes(get -> get.bucket(Lab.OUTPUT_BUCKET).key(key))
        .asUtf8String();
  }

  public void putOutput(String key, String content) {
    s3.client()
        .putObject(put -> put.bucket(Lab.OUTPUT_BUCKET).key(key), RequestBody.fromString(content));
  }

  public void deleteOutput(String key) {
    s3.client().deleteObject(delete -> delete.bucket(Lab.OUTPUT_BUCKET).key(key));
  }

  /** What is stored for a request, by name. */
  public List<String> outputs(String id) {
    String folder = "images/" + id + "/";
    return s3
        .client()
        .listObjectsV2(list -> list.bucket(Lab.OUTPUT_BUCKET).prefix(folder))
        .contents()
        .stream()
        .map(S3Object::key)
        .map(key -> key.substring(folder.length()))
        .toList();
  }

  URI queue() {
    return sqs.queueUrl("requests");
  }

  /** Takes all messages off the queue that the function sends to. */
  public List<String> takeMessages() {
    List<String> bodies = new ArrayList<>();
    List<Message> some;
    do {
      some =
          sqs.client()
              .receiveMessage(
                  receive -> receive.queueUrl(queue().toString()).maxNumberOfMessages(10))
              .messages();
      for (Message message : some) {
        bodies.add(message.body());
        sqs.client()
            .deleteMessage(delete ->
                delete.queueUrl(queue().toString()).receiptHandle(message.receiptHandle()));
      }
    } while (!some.isEmpty());
    return bodies;
  }

  /** Forgets calls and messages; objects stay, so that every test has ids of its own. */
  public void forget() {
    journal().clear();
    takeMessages();
  }

  @Override
  public void close() {
    sqs.close();
    s3.close();
    predict.close();
  }
}
