// What sends a run's request once more, as it is pasted: curl and the AWS CLI into a shell, Node and
// Python into their prompt or a file. Nothing has to be installed for them.

export const WAYS = [
  ["curl", "curl"], ["aws", "AWS CLI"], ["node", "Node"], ["python", "Python"], ["json", "JSON"],
];

const MAKERS = { curl, aws, node, python, json: (run) => run.body };

/** The text in one of the ways. */
export const sameAgain = (way, run) => MAKERS[way](run);

const call = ({ trigger, state, file }) => ({ headers: {}, ...trigger.call(state, file) });

/** In single quotes a shell changes nothing. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const lines = (...words) => words.flat().join(" \\\n  ");

function curl(run) {
  const { method, path, headers } = call(run);
  return lines("curl", run.trigger.isQueued ? "-i" : [], method === "POST" ? [] : `-X ${method}`,
    Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`),
    `-d ${quoted(run.body)}`, location.origin + path);
}

/**
 * The AWS CLI. To the function goes the event that API Gateway or EventBridge made of the request.
 * Bytes from a file (fileb) are what both versions of the CLI take without another option.
 */
function aws(run) {
  const { state, trigger, body } = run;
  if (trigger.aws === "queue") {
    return command(state, state.endpoints.sqs,
      `sqs send-message --queue-url ${state.endpoints.queueUrl}`, `--message-body ${quoted(body)}`);
  }
  if (trigger.aws === "bucket") {
    return `printf '%s' ${quoted(body)} | \\\n  ${command(state, state.endpoints.s3,
      `s3 cp - s3://${state.requestBucket}/${run.file}`)}`;
  }
  const event = trigger.aws === "function" ? body : run.firstEvent();
  if (!event) return "# the event is not known yet";
  return `printf '%s' ${quoted(event)} | \\\n  ${command(state, location.origin,
    `lambda invoke --function-name ${state.functionName}`,
    "--payload fileb:///dev/stdin /dev/stdout")}`;
}

function command(state, endpoint, ...words) {
  const variables = Object.entries(state.credentials).map(([name, value]) => `${name}=${value}`);
  return lines(variables, `aws --endpoint-url ${endpoint}`, words);
}

function node(run) {
  const { method, path, headers } = call(run);
  const body = run.trigger.isBatch
    ? `${literal(run.requests)}.map((request) => JSON.stringify(request)).join("\\n")`
    : `JSON.stringify(${literal(run.requests[0])})`;
  return `${comment("//", run.trigger)}fetch(${literal(location.origin + path)}, {
  method: ${literal(method)},
  headers: ${JSON.stringify(headers)},
  body: ${body},
}).then((answer) => answer.text()).then(console.log)`;
}

/** With http.client, because urllib raises an error instead of giving what a refusal says. */
function python(run) {
  const { method, path, headers } = call(run);
  const body = run.trigger.isBatch
    ? `"\\n".join(json.dumps(request) for request in ${pythons(run.requests)})`
    : `json.dumps(${pythons(run.requests[0])})`;
  return `${comment("#", run.trigger)}import http.client, json
connection = http.client.HTTPConnection(${literal(location.host)})
connection.request(
  ${literal(method)}, ${literal(path)},
  headers=${JSON.stringify(headers)},
  body=${body})
print(connection.getresponse().read().decode())`;
}

function comment(mark, { onAws }) {
  return onAws ? `${mark} The lab puts it there itself; on AWS use ${onAws}.\n` : "";
}

/** JSON is JavaScript. A line break in a text is \n there, so the others can be indented. */
const literal = (value) => JSON.stringify(value, null, 2).replaceAll("\n", "\n  ");

const PYTHONS = { true: "True", false: "False", null: "None" };

/** JSON is Python, but for three words outside its texts. */
const pythons = (value) => literal(value)
  .replaceAll(/"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g, (word) => PYTHONS[word] ?? word);
