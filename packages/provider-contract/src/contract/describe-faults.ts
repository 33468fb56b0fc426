import {
  type Billing,
  type ChatModel,
  type ChatRequest,
  collectStream,
  isContent,
  ProviderError,
  ProviderHttpError,
  ProviderResponseError,
  type StreamPart,
} from "@onehead/provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bigTextLength, type Fault, type FaultServer, faults, startFaultServer } from "../faults/fault-server.js";
import { answerText } from "../wire-format.js";
import { contractTest } from "./case.js";
import { outcomes } from "./outcomes.js";
import type { ContractCase, ContractSubject } from "./subject.js";

const secret = "xylophonist";
const request: ChatRequest = { messages: [{ role: "user", content: secret }] };

/** Against the fault server: every fault has its stated outcome. */
export function describeFaults(subject: ContractSubject): void {
  describe("faults", () => {
    let server: FaultServer;
    beforeAll(async () => {
      server = await startFaultServer(subject.wire);
    });
    afterAll(async () => {
      await server.close();
    });
    const modelFor = (fault: Fault | "dns"): ChatModel =>
      subject.model({
        baseUrl: fault === "dns" ? "http://no-such-host.invalid/v1" : server.urlOf(fault),
        model: "a-model",
        // long enough for 5 MB on a busy machine
        timeoutMs: fault === "slow-headers" || fault === "stall" ? 300 : 20_000,
        idleTimeoutMs: fault === "stall" ? 150 : 20_000,
      });

    for (const fault of [...faults, "dns" as const]) {
      const { whole, streamed, billing, ...stated } = outcomes[fault];
      const key = (fault in (subject.skips ?? {}) ? fault : "mock") as ContractCase;
      const skips = key === "mock" ? undefined : subject.skips;
      contractTest({ ...subject, skips }, [key, `${fault}, whole: ${whole}`], async () => {
        const outcome = await modelFor(fault)
          .generate(request)
          .catch((error: unknown) => error);
        if (whole !== "answer") assertError(subject, outcome, whole, { ...stated, billing: billing?.whole }, fault);
        else expect(ProviderError.isInstance(outcome), String(outcome)).toBe(false);
      });

      contractTest({ ...subject, skips }, [key, `${fault}, streamed: ${streamed}`], async () => {
        const parts: StreamPart[] = [];
        const outcome = await (async () => {
          for await (const part of await modelFor(fault).stream(request)) parts.push(part);
        })().catch((error: unknown) => error);
        if (streamed !== "answer") {
          assertError(subject, outcome, streamed, { ...stated, billing: billing?.streamed }, fault);
          if (fault !== "open-tool-call") expect(parts.some(isContent)).toBe(stated.contentFirst ?? false);
          expect(parts.some(({ type }) => type === "finish")).toBe(false);
        } else expect(outcome, String(outcome)).toBeUndefined();
      });
    }

    test("text arrives whole wherever its bytes were cut, and 5 MB of it in one line", async () => {
      const cut = await collectStream(await modelFor("half-character").stream(request));
      expect(cut.content.filter(({ type }) => type === "text")).toEqual([{ type: "text", text: answerText }]);
      const big = await collectStream(await modelFor("big-line").stream(request));
      const length = big.content.reduce((sum, part) => sum + (part.type === "text" ? part.text.length : 0), 0);
      expect(length).toBeGreaterThanOrEqual(bigTextLength);
    });

    contractTest(subject, ["retry-after", "Retry-After is read, in seconds and as a date"], async () => {
      const seconds = await modelFor("429-seconds")
        .generate(request)
        .catch((error: unknown) => error);
      expect(ProviderHttpError.isInstance(seconds) && seconds.retryAfterMs).toBe(7000);
      const date = await modelFor("429-date")
        .stream(request)
        .catch((error: unknown) => error);
      const waitMs = ProviderHttpError.isInstance(date) ? (date.retryAfterMs ?? 0) : 0;
      expect(waitMs).toBeGreaterThan(20_000);
      expect(waitMs).toBeLessThanOrEqual(30_000);
    });

    test("an error names the provider's own name of the fault", async () => {
      const error = await modelFor("429")
        .generate(request)
        .catch((thrown: unknown) => thrown);
      if (!ProviderHttpError.isInstance(error)) throw new Error(`${String(error)} is no ProviderHttpError`);
      expect(error.reason).toBe(subject.wire.errorReason);
    });
  });
}

interface Stated {
  status?: number;
  retryable?: boolean;
  billing?: Billing | undefined;
}

function assertError(subject: ContractSubject, error: unknown, code: string, stated: Stated, fault: string): void {
  if (!ProviderError.isInstance(error)) throw new Error(`${fault}: ${String(error)} is no ProviderError`);
  expect(error.code, `${fault}: ${error.message}`).toBe(code);
  expect(error.provider).toBe(subject.provider);
  if (stated.retryable !== undefined) expect(error.retryable).toBe(stated.retryable);
  // tokens that were told before the fault are no guess any more
  const told = stated.billing === "unknown" && ProviderResponseError.isInstance(error) && error.usage !== undefined;
  expect(error.billing, `${fault}: ${error.message}`).toBe(told ? "usage" : stated.billing);
  if (stated.status !== undefined) expect(ProviderHttpError.isInstance(error) && error.status).toBe(stated.status);
  for (const text of [error.message, error.stack, JSON.stringify(error), String(error.cause)]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain("a-key");
  }
}
