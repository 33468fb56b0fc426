// A provider that answers at once, for measuring what stands before it: chat completions, whole or streamed, always the same.
import { createServer } from "node:http";

const words =
  "An answer of twenty words is what this provider gives to every question that anybody asks of it all day.".split(" ");
const usage = { prompt_tokens: 24, completion_tokens: 24, total_tokens: 48 };
const about = { id: "chatcmpl-load", created: 1_700_000_000, model: "load" };
const whole = JSON.stringify({
  ...about,
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: words.join(" ") }, finish_reason: "stop" }],
  usage,
});
const chunk = (delta, finish = null) =>
  `data: ${JSON.stringify({ ...about, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const frames = [
  chunk({ role: "assistant", content: "" }),
  ...words.map((word) => chunk({ content: `${word} ` })),
  chunk({}, "stop"),
  `data: ${JSON.stringify({ ...about, object: "chat.completion.chunk", choices: [], usage })}\n\n`,
  "data: [DONE]\n\n",
];
/** Between two frames of a stream; 0 sends all at once. */
const pauseMs = Number(process.env.PAUSE_MS ?? 0);

const server = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (piece) => {
    text += piece;
  });
  request.on("end", () => {
    if (!text.includes('"stream":true')) {
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(whole) });
      response.end(whole);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (pauseMs === 0) {
      for (const frame of frames) response.write(frame);
      response.end();
      return;
    }
    let at = 0;
    const timer = setInterval(() => {
      response.write(frames[at++]);
      if (at === frames.length) {
        clearInterval(timer);
        response.end();
      }
    }, pauseMs);
    response.on("close", () => clearInterval(timer));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => console.log(server.address().port));
