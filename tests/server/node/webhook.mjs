// Receives webhooks and prints, line by line, what standardwebhooks makes of each. The first line is the port.
//     node webhook.mjs < SECRET
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

let webhook;
const server = createServer(async (request, response) => {
  const body = await text(request);
  try {
    const verified = webhook.verify(body, request.headers);
    console.log(JSON.stringify({ id: request.headers["webhook-id"], verified }));
    response.writeHead(204).end();
  } catch (error) {
    console.log(JSON.stringify({ refused: error.message }));
    response.writeHead(400).end();
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
webhook = new Webhook((await text(process.stdin)).trim());
