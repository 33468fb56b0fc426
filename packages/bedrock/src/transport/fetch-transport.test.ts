import { createRequire } from "node:module";
import type { ChatRequest } from "@onehead/provider";
import { describe, expect, it } from "vitest";
import { converseWire } from "../converse-wire.fixture.js";
import { type BedrockSettings, createBedrock } from "../index.js";

const hello: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };
const credentials = { accessKeyId: "AN-ID", secretAccessKey: "A-SECRET", sessionToken: "A-TOKEN" };
const arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";

/** A fetch that keeps what it was asked. */
function recordingFetch() {
  const asked: Array<{ url: URL; headers: Record<string, string>; body: string }> = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const headers: Record<string, string> = {};
    new Headers(init?.headers).forEach((value, name) => {
      headers[name] = value;
    });
    asked.push({ url: new URL(String(input)), headers, body: String(init?.body) });
    return Response.json(converseWire.answer, { headers: { "x-amzn-requestid": "a-request" } });
  };
  return { asked, fetch };
}

describe("plain fetch", () => {
  it("asks the region's host with a key, and names the request", async () => {
    const { asked, fetch } = recordingFetch();
    const model = createBedrock({ region: "eu-west-1", apiKey: async () => "A-KEY", fetch }).chatModel(arn);
    const { response } = await model.generate(hello);
    expect(response.id).toBe("a-request");
    expect(asked[0].url.href).toBe(
      `https://bedrock-runtime.eu-west-1.amazonaws.com/model/${encodeURIComponent(arn)}/converse`,
    );
    expect(asked[0].headers["authorization"]).toBe("Bearer A-KEY");
  });

  it("signs as AWS's own signer does, with slashes and colons in the model's name", async () => {
    const { asked, fetch } = recordingFetch();
    for (const given of [credentials, async () => credentials]) {
      const model = createBedrock({ region: "us-east-1", credentials: given, fetch }).chatModel(arn);
      await model.generate({ ...hello, headers: { "x-own": "a  b" } });
    }
    expect(asked).toHaveLength(2);
    for (const { url, headers, body } of asked) {
      const { authorization, ...others } = headers;
      const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1].split(";") ?? [];
      expect(names).toEqual(["accept", "host", "x-amz-date", "x-amz-security-token", "x-own"]);
      const signed = Object.fromEntries(names.map((name) => [name, name === "host" ? url.host : others[name]]));
      expect(authorization).toBe(await signedByAws(url, signed, body));
    }
  });

  it("finds the region in an address, and needs none with a key at one's own", () => {
    const baseUrl = "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com";
    expect(() => createBedrock({ baseUrl, credentials })).not.toThrow();
    expect(() => createBedrock({ baseUrl: "http://localhost:8080", apiKey: "A-KEY" })).not.toThrow();
  });

  it.each([
    [{ apiKey: "A-KEY" }, "createBedrock: region: undefined"],
    [{ apiKey: "A-KEY", region: "us east" }, "createBedrock: region: us east"],
    [{ credentials, baseUrl: "http://localhost:8080" }, "createBedrock: region: undefined"],
    [{ region: "us-east-1" }, "createBedrock: credentials: undefined"],
    [{ region: "us-east-1", apiKey: "A-KEY", credentials }, "createBedrock: credentials: given beside apiKey"],
    [{ region: "us-east-1", apiKey: "A-KEY", baseUrl: "ftp://x" }, "createBedrock: baseUrl"],
    [{ region: "us-east-1", apiKey: "A-KEY", timeoutMs: 0 }, "createBedrock: timeoutMs"],
  ] as ReadonlyArray<[BedrockSettings, string]>)(
    "refuses settings %#, naming the one at fault",
    (settings, message) => {
      expect(() => createBedrock(settings)).toThrow(message);
    },
  );

  it("refuses another way to structured output, and a model without a name", () => {
    const provider = createBedrock({ region: "us-east-1", apiKey: "A-KEY" });
    expect(() => provider.chatModel("m", { structuredOutput: "both" as "tool" })).toThrow("structuredOutput: both");
    expect(() => provider.chatModel("")).toThrow("bedrock: model");
  });

  it("says that there are no credentials, and sends nothing", async () => {
    const { asked, fetch } = recordingFetch();
    const failing = createBedrock({
      region: "us-east-1",
      fetch,
      credentials: () => Promise.reject(new Error("no role")),
    });
    await expect(failing.chatModel("m").generate(hello)).rejects.toMatchObject({
      code: "http",
      status: null,
      retryable: true,
      billing: "none",
    });
    const half = createBedrock({
      region: "us-east-1",
      fetch,
      credentials: () => ({ accessKeyId: "AN-ID", secretAccessKey: "" }),
    });
    await expect(half.chatModel("m").generate(hello)).rejects.toMatchObject({
      code: "invalid-argument",
      message: "createBedrock: credentials.secretAccessKey: missing, expected text",
    });
    expect(asked).toEqual([]);
  });
});

/** What AWS's own signer gives for the same headers at the same time. */
async function signedByAws(url: URL, headers: Record<string, string>, body: string): Promise<string> {
  const fromClient = createRequire(import.meta.resolve("@aws-sdk/client-bedrock-runtime"));
  const fromCore = createRequire(fromClient.resolve("@aws-sdk/core"));
  const { SignatureV4 } = fromCore("@smithy/signature-v4");
  const { Hash } = fromClient("@smithy/core/serde");
  const signer = new SignatureV4({
    service: "bedrock",
    region: "us-east-1",
    credentials,
    sha256: Hash.bind(null, "sha256"),
    applyChecksum: false,
  });
  const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(headers["x-amz-date"]) ?? [];
  const signingDate = new Date(
    `${date.replace(/(....)(..)(..)/, "$1-$2-$3")}T${time.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`,
  );
  const request = { method: "POST", protocol: "https:", hostname: url.host, path: url.pathname, headers, body };
  const signed = await signer.sign(request, { signingDate });
  return signed.headers["authorization"];
}
