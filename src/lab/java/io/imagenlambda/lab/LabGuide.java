package io.imagenlambda.lab;

/** How to use each trigger from a shell. The lab prints it and serves it at {@code /}. */
final class LabGuide {
  private LabGuide() {}

  static String text(Lab lab) {
    return """
    In a browser: open %1$s
    HTTP: now, or later with the answer at its Location
      curl %1$s/images -d '{"prompt":"a lighthouse in fog"}'
      curl -i %1$s/images -H 'Prefer: respond-async' -d '{"id":"later-1","prompt":"a lighthouse"}'
      curl %1$s/images/later-1
    Queue: send a message; look at the queue; send what is dead once more, all or by its id
      curl %1$s/lab/queue -d '{"id":"queued-1","prompt":"a lighthouse"}'
      curl %1$s/lab/queue
      curl -X POST %1$s/lab/redrive
      curl -X POST %1$s/lab/dead/queued-1
    Quota of the simulator, in requests a minute of each model; 0 is none
      curl -X PUT %1$s/lab/quota -d '{"requests":60}'
    Object: a file of requests, .jsonl (one a line), .json or .txt (a prompt)
      printf '%%s\\n' '{"prompt":"a lighthouse"}' '{"prompt":"a harbour"}' > /tmp/a.jsonl
      curl -T /tmp/a.jsonl %1$s/lab/requests/a.jsonl
    Reference: an image that a request for a Gemini model works from
      curl -T picture.png %1$s/lab/references/picture.png
      curl %1$s/images -d '{"prompt":"the same by night","model":"gemini-nano-banana-2.1","references":["s3://%10$s/references/picture.png"]}'
    Schedule: one tick, now; its requests are in s3://%6$s, or the request that it brings
      curl -X POST %1$s/lab/schedule
      curl %1$s/lab/schedule -d '{"id":"daily-${date}","prompt":"news of ${date}"}'
    %13$s  curl %1$s/lab/queue -d '{"prompt":"[fault:429=1x1] a lighthouse"}'
    The same with the aws CLI:
      export AWS_ACCESS_KEY_ID=%4$s AWS_SECRET_ACCESS_KEY=%5$s AWS_DEFAULT_REGION=%7$s
      aws --endpoint-url %1$s lambda invoke --function-name %12$s --cli-binary-format raw-in-base64-out \\
        --payload '{"prompt":"a lighthouse"}' /dev/stdout
      aws --endpoint-url %2$s sqs send-message --queue-url %8$s --message-body '{"prompt":"a lighthouse"}'
      aws --endpoint-url %2$s sqs start-message-move-task --source-arn arn:aws:sqs:%7$s:%9$s:requests-dlq
      aws --endpoint-url %3$s s3 cp /tmp/a.jsonl s3://%10$s/b.jsonl
      aws --endpoint-url %3$s s3 ls --recursive s3://%11$s
    """
        .formatted(
            lab.url(),
            lab.sqsEndpoint(),
            lab.s3Endpoint(),
            LabCredentials.ACCESS_KEY_ID,
            LabCredentials.SECRET_ACCESS_KEY,
            Lab.SCHEDULE_BUCKET + "/" + Lab.SCHEDULE_KEY,
            LabCredentials.REGION,
            lab.queueUrl("requests"),
            LabCredentials.ACCOUNT_ID,
            Lab.REQUEST_BUCKET,
            Lab.OUTPUT_BUCKET,
            InvokeApi.FUNCTION_NAME,
            CommandOptions.FAULTS);
  }
}
