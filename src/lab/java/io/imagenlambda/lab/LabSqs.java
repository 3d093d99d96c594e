package io.imagenlambda.lab;

import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.http.scaladsl.Http;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.elasticmq.rest.sqs.TheSQSRestServerBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * SQS: ElasticMQ in memory, with a standard and a FIFO queue and their dead-letter queues,
 * configured as in the template.
 */
final class LabSqs implements AutoCloseable {
  private static final String RECEIVES_BEFORE_DEAD_LETTER = "900";

  /** The function keeps what is dead of a standard queue only: here SQS alone keeps it. */
  private static final String RECEIVES_OF_THE_FIFO_QUEUE = "30";

  /** Twice the function's time limit in the lab: for messages whose process died. */
  private static final String VISIBILITY_SECONDS = "240";

  private final SQSRestServer server;
  private final String prefix;
  private final URI endpoint;
  private final SqsClient client;

  private LabSqs(SQSRestServer server, int port, String prefix) {
    this.server = server;
    this.prefix = prefix;
    this.endpoint = URI.create("http://127.0.0.1:" + port);
    this.client =
        SqsClient.builder()
            .endpointOverride(endpoint)
            .region(LabCredentials.region())
            .credentialsProvider(LabCredentials.provider())
            .httpClient(UrlConnectionHttpClient.create())
            .build();
  }

  /**
   * Starts it.
   *
   * @param prefix the queues' names begin with it. ElasticMQ accepts messages from any website that
   *     is open in a browser on this machine. Where a message costs money, the website must not
   *     know the name
   */
  static LabSqs start(int port, String prefix) {
    LabLogging.quietServers();
    requireFree(port); // ElasticMQ would print two stack traces instead of one line
    TheSQSRestServerBuilder builder =
        SQSRestServerBuilder.withInterface("127.0.0.1")
            .withAWSRegion(LabCredentials.REGION)
            .withAWSAccountId(LabCredentials.ACCOUNT_ID);
    SQSRestServer server = (port == 0 ? builder.withDynamicPort() : builder.withPort(port)).start();
    Http.ServerBinding bound = server.waitUntilStarted();
    LabSqs sqs = new LabSqs(server, bound.localAddress().getPort(), prefix);
    sqs.createQueues("");
    sqs.createQueues(".fifo");
    return sqs;
  }

  private static void requireFree(int port) {
    try {
      new ServerSocket(port, 0, InetAddress.getLoopbackAddress()).close();
    } catch (IOException e) {
      throw LabException.portTaken("SQS", port, e);
    }
  }

  private void createQueues(String suffix) {
    Map<QueueAttributeName, String> attributes = new HashMap<>();
    if (!suffix.isEmpty()) {
      attributes.put(QueueAttributeName.FIFO_QUEUE, "true");
    }
    String deadLetters = create(prefix + "requests-dlq" + suffix, attributes);
    attributes.put(QueueAttributeName.VISIBILITY_TIMEOUT, VISIBILITY_SECONDS);
    attributes.put(
        QueueAttributeName.REDRIVE_POLICY,
        "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":%s}"
            .formatted(
                arn(deadLetters),
                suffix.isEmpty() ? RECEIVES_BEFORE_DEAD_LETTER : RECEIVES_OF_THE_FIFO_QUEUE));
    create(prefix + "requests" + suffix, attributes);
  }

  private String create(String name, Map<QueueAttributeName, String> attributes) {
    return client.createQueue(r -> r.queueName(name).attributes(attributes)).queueUrl();
  }

  private String arn(String queueUrl) {
    return Objects.requireNonNull(
        client
            .getQueueAttributes(
                r -> r.queueUrl(queueUrl).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN));
  }

  URI endpoint() {
    return endpoint;
  }

  /**
   * The URL of {@code requests}, {@code requests-dlq} or one of their {@code .fifo} siblings.
   *
   * @param name without the prefix
   */
  URI queueUrl(String name) {
    return endpoint.resolve("/" + LabCredentials.ACCOUNT_ID + "/" + prefix + name);
  }

  SqsClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    server.stopAndWait();
  }
}
