// The least that speaks the Lambda Runtime API: no more than AWS's own client must do.
import http from "node:http";
import { handler } from "./handler.mjs";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const options = { host, port, method, path: `/2018-06-01/runtime/invocation/${path}`, agent };
    const request = http.request(options, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) {
        text += chunk;
      }
      resolve({ headers: response.headers, text });
    });
    request.on("error", reject).end(body);
  });
}

for (;;) {
  const { headers, text } = await call("GET", "next");
  const id = headers["lambda-runtime-aws-request-id"];
  try {
    await call("POST", `${id}/response`, JSON.stringify(await handler(JSON.parse(text))));
  } catch (e) {
    const error = { errorType: e.name, errorMessage: e.message };
    await call("POST", `${id}/error`, JSON.stringify(error));
  }
}
