// What any gateway on Node pays before it does anything: node:http in front, undici behind, and nothing between. The argument is the provider.
import { createServer } from "node:http";
import { Agent } from "undici";

const origin = process.argv[2];
const agent = new Agent();

const server = createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const answer = await agent.request({
    origin,
    path: request.url,
    method: request.method,
    headers: { "content-type": "application/json" },
    body: Buffer.concat(pieces),
  });
  const body = Buffer.from(await answer.body.arrayBuffer());
  response.writeHead(answer.statusCode, {
    "content-type": answer.headers["content-type"],
    "content-length": body.length,
  });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
