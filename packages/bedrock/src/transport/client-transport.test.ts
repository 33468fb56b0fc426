import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import {
  BedrockRuntime,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { type ChatRequest, collectStream, type ProviderError } from "@onehead/provider";
import { bytesOf } from "@onehead/provider-contract";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { converseWire, exceptionFrame } from "../converse-wire.fixture.js";
import { createBedrock } from "../index.js";
import type { BedrockClient, BedrockCommands } from "../settings.js";

// the client speaks HTTP/2 by itself, which the contract's servers do not
let server: Http2Server;
let endpoint: string;
let answer: (stream: ServerHttp2Stream) => void;
const sessions = new Set<ServerHttp2Session>();
const requests: Array<Record<string, unknown>> = [];

beforeAll(async () => {
  server = createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    requests.push({ ...headers });
    stream.on("error", () => {});
    stream.resume();
    stream.on("end", () => answer(stream));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const session of sessions) session.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const options = () => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "an-id", secretAccessKey: "a-key" },
});
const hello: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };
const json = { ":status": 200, "content-type": "application/json", "x-amzn-requestid": "a-request" };
const events = {
  ":status": 200,
  "content-type": "application/vnd.amazon.eventstream",
  "x-amzn-requestid": "a-request",
};

function sends(headers: Record<string, string | number>, ...bytes: Uint8Array[]): typeof answer {
  return (stream) => {
    stream.respond(headers);
    for (const piece of bytes) stream.write(piece);
    stream.end();
  };
}

async function errorOf(work: Promise<unknown>): Promise<ProviderError> {
  return (await work.catch((error: unknown) => error)) as ProviderError;
}

describe("the official client over HTTP/2", () => {
  const frames = converseWire.events.map(bytesOf);

  it("answers, whole and streamed, with the id of the request", async () => {
    const model = createBedrock({ client: new BedrockRuntime(options()) }).chatModel("a-model");
    answer = sends(json, new TextEncoder().encode(JSON.stringify(converseWire.answer)));
    const whole = await model.generate(hello);
    answer = sends(events, ...frames);
    const streamed = await collectStream(await model.stream(hello));
    expect(streamed.content).toEqual(whole.content);
    expect(whole.response.id).toBe("a-request");
    expect(streamed.response.id).toBe("a-request");
  });

  it("asks once, however often the client would try, and leaves the client as it was", async () => {
    const client = new BedrockRuntime({ ...options(), maxAttempts: 4 });
    const before = client.middlewareStack.identify();
    const model = createBedrock({ client }).chatModel("a-model");
    answer = sends({ ":status": 503, "x-amzn-errortype": "ServiceUnavailableException" });
    requests.length = 0;
    expect(await errorOf(model.generate(hello))).toMatchObject({ status: 503, reason: "ServiceUnavailableException" });
    expect(await errorOf(model.stream(hello))).toMatchObject({ status: 503, retryable: true });
    expect(requests).toHaveLength(2);
    expect(client.middlewareStack.identify()).toEqual(before);
  });

  it("sends the headers of a call, signed with the others", async () => {
    const model = createBedrock({ client: new BedrockRuntime(options()) }).chatModel("a-model");
    answer = sends(json, new TextEncoder().encode(JSON.stringify(converseWire.answer)));
    await model.generate({ ...hello, headers: { "x-own": "OWN-HEADER" } });
    expect(requests.at(-1)).toMatchObject({ "x-own": "OWN-HEADER" });
    expect(String(requests.at(-1)?.["authorization"])).toContain("x-own");
    await model.generate(hello);
    expect(requests.at(-1)).not.toHaveProperty("x-own");
  });

  it("says what went wrong: exceptions, streams that are reset, silence, no server", async () => {
    const client = new BedrockRuntime(options());
    const model = createBedrock({ client, idleTimeoutMs: 100 }).chatModel("a-model");
    const streamed = async () => collectStream(await model.stream(hello));
    answer = sends(events, ...frames.slice(0, 6), exceptionFrame("validationException"));
    expect(await errorOf(streamed())).toMatchObject({
      code: "response",
      reason: "ValidationException",
      retryable: false,
    });
    answer = (stream) => {
      stream.respond(events);
      stream.write(frames[0]);
      setTimeout(() => stream.close(2), 20);
    };
    expect(await errorOf(streamed())).toMatchObject({ code: "response", provider: "bedrock", retryable: true });
    answer = (stream) => {
      stream.respond(events);
      stream.write(frames[0]);
    };
    expect(await errorOf(streamed())).toMatchObject({ code: "timeout", phase: "idle" });
    const nowhere = new BedrockRuntime({ ...options(), endpoint: "http://127.0.0.1:1" });
    const lost = await errorOf(createBedrock({ client: nowhere }).chatModel("a-model").generate(hello));
    expect(lost).toMatchObject({ code: "http", status: null, retryable: true });
  });

  it("gives the stream back when it is left early or not read at all", async () => {
    const model = createBedrock({ client: new BedrockRuntime(options()) }).chatModel("a-model");
    const closed: boolean[] = [];
    answer = (stream) => {
      stream.on("close", () => closed.push(true));
      stream.respond(events);
      for (const frame of frames.slice(0, 7)) stream.write(frame);
    };
    for await (const part of await model.stream(hello)) if (part.type === "text") break;
    await (await model.stream(hello)).return();
    await expect.poll(() => closed.length).toBe(2);
  });
});

describe("a client without methods of its own", () => {
  it("takes the classes of its commands", async () => {
    const client = new BedrockRuntimeClient(options());
    expect(() => createBedrock({ client })).toThrow("createBedrock: commands: undefined");
    const commands = { ConverseCommand, ConverseStreamCommand };
    answer = sends(json, new TextEncoder().encode(JSON.stringify(converseWire.answer)));
    const provider = createBedrock({ client, commands });
    expect((await provider.chatModel("a-model").generate(hello)).finishReason).toBe("stop");
    const embedding = provider.embeddingModel("amazon.titan-embed-text-v2:0").embed({ texts: ["a"] });
    expect(await errorOf(embedding)).toMatchObject({ code: "invalid-argument" });
    answer = sends(json, new TextEncoder().encode('{"embedding":[1,2],"inputTextTokenCount":3}'));
    const whole = createBedrock({ client, commands: { ...commands, InvokeModelCommand } });
    const { embeddings } = await whole.embeddingModel("amazon.titan-embed-text-v2:0").embed({ texts: ["a"] });
    expect(embeddings).toEqual([Float32Array.of(1, 2)]);
  });

  it("refuses what is no client", () => {
    expect(() => createBedrock({ client: {} as BedrockClient })).toThrow("createBedrock: client: an object");
  });
});

it("takes the types of the official client", () => {
  expectTypeOf<BedrockRuntime>().toExtend<BedrockClient>();
  expectTypeOf<BedrockRuntimeClient>().toExtend<BedrockClient>();
  const commands: BedrockCommands = { ConverseCommand, ConverseStreamCommand, InvokeModelCommand };
  expect(commands.ConverseCommand).toBe(ConverseCommand);
});
