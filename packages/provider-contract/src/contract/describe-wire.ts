import {
  type ChatModel,
  type ChatRequest,
  collectStream,
  costOfCall,
  ProviderAbortedError,
  ProviderError,
  type ToolCallPart,
} from "@onehead/provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fault, type FaultServer, startFaultServer } from "../faults/fault-server.js";
import { answerText } from "../wire-format.js";
import { contractTest } from "./case.js";
import type { ContractSubject } from "./subject.js";

const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Against recorded shapes: what goes out, what comes back, what it costs. */
export function describeWire(subject: ContractSubject): void {
  describe("recorded shapes", () => {
    let server: FaultServer;
    beforeAll(async () => {
      server = await startFaultServer(subject.wire);
    });
    afterAll(async () => {
      await server.close();
    });
    const modelFor = (fault: Fault): ChatModel => subject.model({ baseUrl: server.urlOf(fault), model: "a-model" });
    const ask = (rest: Partial<ChatRequest> = {}): ChatRequest => ({
      messages: [{ role: "user", content: "Hi" }],
      ...rest,
    });
    const sent = (): string => JSON.stringify(server.requests.at(-1)?.body);

    test("an answer gives the same result whole and streamed", async () => {
      const whole = await modelFor("ok").generate(ask());
      const streamed = await collectStream(await modelFor("ok").stream(ask()));
      expect(whole.content.filter(({ type }) => type === "text")).toEqual([{ type: "text", text: answerText }]);
      expect(streamed.content).toEqual(whole.content);
      expect(streamed.finishReason).toBe(whole.finishReason);
      expect(whole.finishReason).toBe("stop");
      expect({ ...streamed.usage, raw: null }).toEqual({ ...whole.usage, raw: null });
    });

    test("usage with its cached and reasoning tokens costs what it costs by hand, whole and streamed", async () => {
      const { usage, prices, costUsd } = subject.wire;
      for (const result of [
        await modelFor("ok").generate(ask()),
        await collectStream(await modelFor("ok").stream(ask())),
      ]) {
        const { raw: _, ...counted } = result.usage;
        expect(counted).toEqual(usage);
        expect(costOfCall(result.usage, prices).usd).toBe(costUsd);
      }
    });

    test("parallel tool calls come apart, whole and streamed", async () => {
      for (const { content, finishReason } of [
        await modelFor("parallel-tools").generate(ask()),
        await collectStream(await modelFor("parallel-tools").stream(ask())),
      ]) {
        expect(finishReason).toBe("tool-calls");
        const calls = content.filter((part): part is ToolCallPart => part.type === "tool-call");
        expect(calls.map(({ name }) => name)).toEqual(["get_weather", "get_weather"]);
        expect(calls.map((call) => JSON.parse(call.arguments))).toEqual([{ city: "Paris" }, { city: "Rome" }]);
        expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      }
    });

    contractTest(subject, "images", async () => {
      const image = { type: "image" as const, data: onePixel, mediaType: "image/png" };
      await modelFor("ok").generate({
        messages: [{ role: "user", content: [{ type: "text", text: "What is this?" }, image] }],
      });
      expect(sent()).toMatch(subject.imageInBody);
    });

    contractTest(subject, "structured output", async () => {
      const schema = { type: "object", properties: { capital: { type: "string" } } };
      await modelFor("ok").generate(ask({ responseFormat: { type: "json-schema", schema } }));
      expect(sent()).toMatch(subject.schemaInBody);
      // quotes are escaped where the schema travels as text
      expect(sent()).toMatch(/"capital\\?"/);
    });

    contractTest(subject, "stop", async () => {
      await modelFor("ok").generate(ask({ stop: ["END-OF-IT"] }));
      expect(sent()).toContain("END-OF-IT");
    });

    contractTest(subject, "seed", async () => {
      const { warnings } = await modelFor("ok").generate(ask({ seed: 314_159 }));
      expect(sent()).toContain("314159");
      expect(warnings).toEqual([]);
    });

    contractTest(
      subject,
      ["warnings", "what has no effect is a warning that names the field, whole and streamed"],
      async () => {
        const { request, fields } = subject.warned;
        const whole = await modelFor("ok").generate(ask(request));
        const streamed = await collectStream(await modelFor("ok").stream(ask(request)));
        expect(whole.warnings.map(({ field }) => field)).toEqual(fields);
        expect(streamed.warnings).toEqual(whole.warnings);
      },
    );

    contractTest(
      subject,
      ["refusal", "what would mean something else is an error that names the field, and nothing is sent"],
      async () => {
        const before = server.requests.length;
        const refused = subject.refused;
        for (const call of [
          modelFor("ok").generate(ask(refused?.request)),
          modelFor("ok").stream(ask(refused?.request)),
        ]) {
          const error: unknown = await call.catch((thrown: unknown) => thrown);
          expect(ProviderError.isInstance(error) && error.code).toBe("unsupported");
          expect((error as Error).message).toContain(refused?.field);
        }
        expect(server.requests.length).toBe(before);
      },
    );

    test("system text, tools and earlier calls with their results all travel", async () => {
      await modelFor("ok").generate({
        messages: [
          { role: "system", content: "SYSTEM-WORDS" },
          { role: "user", content: "USER-WORDS" },
          {
            role: "assistant",
            content: [
              { type: "text", text: "ASSISTANT-WORDS" },
              { type: "tool-call", id: "call_1", name: "look_up", arguments: '{"key":"ARGUMENT"}' },
              { type: "tool-call", id: "call_2", name: "look_up", arguments: '{"key":"OTHER-ARGUMENT"}' },
            ],
          },
          {
            role: "tool",
            content: [
              { type: "tool-result", id: "call_1", name: "look_up", content: "RESULT-ONE" },
              { type: "tool-result", id: "call_2", name: "look_up", content: "RESULT-TWO" },
            ],
          },
        ],
        tools: [
          {
            name: "look_up",
            description: "TOOL-WORDS",
            parameters: { type: "object", properties: { key: { type: "string" } } },
          },
        ],
        maxOutputTokens: 1234,
        temperature: 0.25,
      });
      const body = sent();
      for (const word of [
        "SYSTEM-WORDS",
        "USER-WORDS",
        "ASSISTANT-WORDS",
        "ARGUMENT",
        "OTHER-ARGUMENT",
        "RESULT-ONE",
        "RESULT-TWO",
        "TOOL-WORDS",
        "1234",
        "0.25",
      ]) {
        expect(body).toContain(word);
      }
    });

    test("reasoning that another provider has signed is left out with a warning, and a foreign signature of a call alone", async () => {
      const { warnings } = await modelFor("ok").generate({
        messages: [
          { role: "user", content: "Hi" },
          {
            role: "assistant",
            content: [
              { type: "reasoning", text: "FOREIGN-THOUGHT", signature: "elsewhere:Rk9SRUlHTg==" },
              {
                type: "tool-call",
                id: "call_1",
                name: "look_up",
                arguments: "{}",
                signature: "elsewhere:Rk9SRUlHTg==",
              },
            ],
          },
          { role: "tool", content: [{ type: "tool-result", id: "call_1", name: "look_up", content: "RESULT" }] },
        ],
        tools: [{ name: "look_up", parameters: { type: "object", properties: {} } }],
      });
      expect(sent()).not.toMatch(/FOREIGN-THOUGHT|elsewhere|Rk9SRUlHTg/);
      expect(sent()).toContain("look_up");
      expect(warnings.map(({ field }) => field)).toContain("messages[1].content[0]");
    });

    test("a call makes one request, and its options of the provider's own reach the body", async () => {
      const before = server.requests.length;
      await modelFor("500")
        .generate(ask())
        .catch(() => {});
      await (
        await modelFor("500")
          .stream(ask())
          .catch(() => undefined)
      )?.return();
      expect(server.requests.length - before).toBe(2);
      const ownOption = subject.ownOption ?? { metadata: { tag: "OWN-OPTION" } };
      await modelFor("ok").generate(ask({ providerOptions: { [subject.provider]: ownOption } }));
      expect(sent()).toContain("OWN-OPTION");
    });

    test("an aborted call ends at once as aborted: before, while waiting, and within a stream", async () => {
      const model = modelFor("stall");
      const before = new AbortController();
      before.abort();
      await expect(model.generate(ask({ signal: before.signal }))).rejects.toSatisfy(ProviderAbortedError.isInstance);

      const waiting = new AbortController();
      const call = modelFor("slow-headers").generate(ask({ signal: waiting.signal }));
      setTimeout(() => waiting.abort(), 50);
      await expect(call).rejects.toSatisfy(ProviderAbortedError.isInstance);

      const within = new AbortController();
      const stream = await model.stream(ask({ signal: within.signal }));
      const read = (async () => {
        for await (const part of stream) if (part.type === "text") within.abort();
      })();
      await expect(read).rejects.toSatisfy(ProviderAbortedError.isInstance);
    });

    test("a stream that is left early gives its connection back", async () => {
      for await (const part of await modelFor("stall").stream(ask())) if (part.type === "text") break;
      const unread = await modelFor("stall").stream(ask());
      await unread.return();
      expect(await unread.next()).toEqual({ done: true, value: undefined });
      await expect.poll(() => server.openCalls(), { timeout: 5000 }).toEqual([]);
    });
  });
}
