import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AttackedGateway, attackedGateway, gatewayKey, hello, post, sendRaw } from "./attacked-gateway.fixture.js";

/** ONEHEAD_FUZZ_RUNS=20000 for a long one; each of the three takes so many, another seed each time. */
const long = process.env["ONEHEAD_FUZZ_RUNS"];
const numRuns = long === undefined ? 250 : Number(long);
const parameters = long === undefined ? { numRuns, seed: 4711 } : { numRuns };
/** Stands in every text: no error may quote it. Not a single word: names of roles and kinds are told. */
const canary = "CANARY 4711";

const tool = { type: "object", properties: { a: { type: "string" } } };
const valid: ReadonlyArray<readonly [path: string, body: object]> = [
  [
    "/v1/chat/completions",
    {
      model: "auto",
      messages: [
        { role: "system", content: canary },
        {
          role: "user",
          content: [
            { type: "text", text: canary },
            { type: "image_url", image_url: { url: "data:image/png;base64,AQ==" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: "1", content: canary },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: tool } }],
      tool_choice: "auto",
      temperature: 0,
      stop: [canary],
      router: { costQuality: 5, models: ["*"] },
      metadata: { a: canary },
      stream: true,
      stream_options: { include_usage: true },
      response_format: { type: "json_object" },
    },
  ],
  ["/v1/completions", { model: "auto", prompt: canary, max_tokens: 5, stop: canary, logprobs: 1 }],
  [
    "/v1/messages",
    {
      model: "auto",
      max_tokens: 5,
      system: [{ type: "text", text: canary }],
      messages: [
        { role: "user", content: canary },
        { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: { a: 1 } }] },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "1", content: [{ type: "text", text: canary }] }],
        },
      ],
      tools: [{ name: "f", input_schema: tool }],
      thinking: { type: "enabled", budget_tokens: 1024 },
    },
  ],
  [
    "/v1/responses",
    {
      model: "auto",
      instructions: canary,
      input: [
        { role: "user", content: [{ type: "input_text", text: canary }] },
        { type: "function_call", call_id: "1", name: "f", arguments: "{}" },
        { type: "function_call_output", call_id: "1", output: canary },
      ],
      tools: [{ type: "function", name: "f", parameters: tool }],
      text: { format: { type: "text" } },
      reasoning: { effort: "low" },
    },
  ],
  ["/v1/embeddings", { model: "auto", input: [canary], encoding_format: "float", dimensions: 3 }],
  ["/v1/route", { messages: [{ role: "user", content: canary }], router: { explain: true } }],
  ["/v1/feedback", { decision_id: canary, score: 0.5, comment: canary, source: canary }],
];

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    null,
    0,
    -1,
    1e308,
    -0,
    5e-324,
    2 ** 53,
    "",
    " ",
    canary,
    "\u0000",
    "\ud800",
    "auto:x",
    "auto:1e999",
    "constructor",
    "toString",
    [],
    {},
    [[]],
    [null],
    { type: canary },
    { url: canary },
    `http://${canary}`,
    true,
  ),
);
/** A valid body in which some places hold something else. */
const broken = fc
  .tuple(
    fc.constantFrom(...valid),
    fc.array(fc.tuple(fc.nat(400), fc.constantFrom("replace", "remove", "add", "repeat"), odd, fc.string()), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([[path, body], changes]) => {
    const copy = structuredClone(body) as Record<string, unknown>;
    for (const [place, how, value, name] of changes) change(copy, place, how, value, name);
    return { path, body: copy };
  });

function change(body: Record<string, unknown>, place: number, how: string, value: unknown, name: string): void {
  const places: Array<[Record<string, unknown>, string]> = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk(child);
    }
  };
  walk(body);
  const found = places[place % Math.max(1, places.length)];
  if (found === undefined) return;
  const [node, key] = found;
  if (how === "replace") node[key] = structuredClone(value);
  else if (how === "remove") delete node[key];
  else if (how === "add" && name !== "__proto__") node[name] = structuredClone(value);
  else node[key] = Array.from({ length: 5 }, () => structuredClone(node[key]));
}

describe("8: whatever is sent", () => {
  let gateway: AttackedGateway;
  let protectedGateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await attackedGateway({ settings: { contents: { kept: true, retentionDays: null, redacted: true } } });
    protectedGateway = await attackedGateway({
      settings: { apiKey: gatewayKey, bodyTimeoutMs: 100 },
      listen: { requestTimeoutMs: 300 },
    });
  });
  afterAll(async () => {
    await gateway.close();
    await protectedGateway.close();
  });

  it("8.1: no body gives a 500, and no refusal quotes it", { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(broken, async ({ path, body }) => {
        const answer = await post(gateway, path, body);
        const text = await answer.text();
        expect(answer.status, text).not.toBe(500);
        if (answer.status >= 400) expect(text).not.toContain(canary);
      }),
      parameters,
    );
    expect(gateway.lines).toEqual([]);
  });

  it("8.2: whatever JSON comes is answered or refused", { timeout: 3_600_000 }, async () => {
    const path = fc.constantFrom(...valid.map(([surface]) => surface));
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.oneof(
          fc.json(),
          fc.string(),
          fc
            .dictionary(
              fc.constantFrom("model", "messages", "input", "router", "metadata", "stream", "tools", "max_tokens"),
              odd,
            )
            .map((fields) => JSON.stringify({ ...hello, ...fields })),
        ),
        async (surface, body) => {
          const answer = await post(gateway, surface, body);
          await answer.text();
          expect(answer.status).not.toBe(500);
        },
      ),
      parameters,
    );
    expect(gateway.lines).toEqual([]);
  });

  it("8.3: any bytes on a connection, and any headers, leave it standing", { timeout: 3_600_000 }, async () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    const head = fc
      .tuple(
        fc.constantFrom("GET", "POST", "HEAD", "OPTIONS", "DELETE", "TRACE", "\u0000", ""),
        fc.oneof(
          fc.constantFrom(
            "/",
            "/v1/models/%",
            "/v1/chat/completions",
            "*",
            "http://[",
            "//",
            "/v1/decisions/%ff",
            "/api/decisions?limit=%00",
          ),
          fc.webPath(),
          text,
        ),
        fc.array(
          fc.tuple(
            fc.constantFrom(
              "Host",
              "Origin",
              "Authorization",
              "X-Api-Key",
              "Content-Type",
              "Content-Length",
              "Transfer-Encoding",
              "Expect",
              "Connection",
              "Upgrade",
              "X-Request-Id",
              "Sec-Fetch-Site",
              "x-onehead-models",
            ),
            fc.oneof(
              fc.constantFrom(
                "localhost",
                "application/json",
                "chunked",
                "5",
                "100-continue",
                "upgrade",
                "Bearer ",
                `Bearer ${gatewayKey}`,
                "",
              ),
              text,
            ),
          ),
          { maxLength: 6 },
        ),
        text,
      )
      .map(
        ([method, path, headers, body]) =>
          `${method} ${path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n${body}`,
      );
    await fc.assert(
      fc.asyncProperty(fc.oneof(head, fc.uint8Array({ maxLength: 300 })), async (bytes) => {
        const answer = await sendRaw(protectedGateway.port, bytes, 40);
        expect(answer).not.toMatch(/^HTTP\/1\.1 500/);
      }),
      { ...parameters, numRuns: Math.min(numRuns, 5_000) / 2 },
    );
    expect(protectedGateway.lines).toEqual([]);
    expect((await fetch(`${protectedGateway.url}/healthz`)).status).toBe(200);
  });
});
