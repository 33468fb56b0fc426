import type { Adapter } from "./adapters.js";

const messages = `[{ role: "user", content: "Hi" }]`;

/** What {@link callsProgram} prints, one for each style. */
export interface CallReport {
  /** Text of an answer, whole and streamed. */
  whole: string;
  streamed: string;
  /** Of a refused call, whole and streamed. */
  refusals: Array<{ isOwn: boolean; isOther: boolean; instanceOfOther: boolean; status: number; provider: string }>;
}

/**
 * A program that calls the adapter in all its styles: with each real client, and with plain fetch.
 *
 * @param urls     base addresses below which every call is answered, and refused
 * @param otherUrl of another adapter's module, whose error classes are asked too
 */
export function callsProgram(adapter: Adapter, urls: { ok: string; refused: string }, otherUrl: string): string {
  const { name, create, fetch, imports, clients } = adapter;
  return `${imports}
import { ${create}, collectStream, ProviderHttpError } from "@onehead/${name}";
import * as other from ${JSON.stringify(otherUrl)};

const apiKey = "a-key";
const styles = [${[...clients, fetch].map((expression) => `(baseUrl) => ${expression}`).join(", ")}];
const request = { messages: ${messages} };
const textOf = ({ content }) => content.map((part) => (part.type === "text" ? part.text : "")).join("");
const reports = [];
for (const style of styles) {
  const model = style(${JSON.stringify(urls.ok)}).chatModel("a-model");
  const refusing = style(${JSON.stringify(urls.refused)}).chatModel("a-model");
  const whole = textOf(await model.generate(request));
  const streamed = textOf(await collectStream(await model.stream(request)));
  const refusals = [];
  for (const call of ["generate", "stream"]) {
    const error = await refusing[call](request).then(() => undefined, (thrown) => thrown);
    refusals.push({
      isOwn: ProviderHttpError.isInstance(error),
      isOther: other.ProviderHttpError.isInstance(error),
      instanceOfOther: error instanceof other.ProviderHttpError,
      status: error?.status,
      provider: error?.provider,
    });
  }
  reports.push({ whole, streamed, refusals });
}
console.log(JSON.stringify(reports));
`;
}

/**
 * A worker that answers at `/generate` and `/stream` with what a model says, text alone; `?baseUrl=` is where the model is asked.
 * It imports the adapter as `./adapter.js`.
 */
export function workerProgram({ create, fetch }: Adapter): string {
  return `import { ${create}, ProviderHttpError } from "./adapter.js";

const apiKey = "a-key";
const encoder = new TextEncoder();
const request = { messages: ${messages} };

function streamText(stream) {
  return new ReadableStream({
    async pull(controller) {
      for (;;) {
        const { done, value } = await stream.next();
        if (done) return controller.close();
        if (value.type === "text") return controller.enqueue(encoder.encode(value.text));
      }
    },
    cancel: () => stream.return(),
  });
}

export default {
  async fetch({ url }) {
    const { pathname, searchParams } = new URL(url);
    const baseUrl = searchParams.get("baseUrl");
    try {
      const model = ${fetch}.chatModel("a-model");
      if (pathname === "/stream") {
        // what is compressed waits until there is more of it
        return new Response(streamText(await model.stream(request)), { headers: { "content-encoding": "identity" } });
      }
      const { content } = await model.generate(request);
      return new Response(content.map((part) => (part.type === "text" ? part.text : "")).join(""));
    } catch (error) {
      if (!ProviderHttpError.isInstance(error)) throw error;
      return Response.json({ provider: error.provider, status: error.status, retryable: error.retryable }, { status: 502 });
    }
  },
};
`;
}
