import {
  type ChatModel,
  type ChatRequest,
  ProviderAbortedError,
  ProviderError,
  type StreamPart,
} from "@onehead/provider";
import { outcomes } from "../contract/outcomes.js";
import type { ContractSubject } from "../contract/subject.js";
import { bigTextLength, type Fault, type FaultServer, faults, startFaultServer } from "../faults/fault-server.js";
import { answerText, type WireFormat } from "../wire-format.js";
import { seededRandom } from "./seeded-random.js";

export interface StormOptions {
  subjects: readonly ContractSubject[];
  calls: number;
  seed: number;
  /** Calls at once. Default 24. */
  concurrency?: number | undefined;
  /** Told now and then how many calls are over. */
  onProgress?: ((done: number) => void) | undefined;
  /** Makes one model of several, for calls that fall back from one to the next. */
  route?: ((models: Readonly<Record<string, ChatModel>>) => ChatModel) | undefined;
}

export interface StormReport {
  calls: number;
  /** How the calls ended: "answer", a code of an error, "left" or "aborted". */
  endings: Record<string, number>;
  /** Calls under each fault. */
  byFault: Record<string, number>;
  /** What was not as stated; empty when all is well. */
  violations: string[];
  /** Faults of the calls whose connection was still held, seconds after the last call. */
  openCalls: string[];
}

/** What one call does besides waiting for its end. */
type Manner = "whole" | "streamed" | "left" | "aborted" | "routed";

interface Call {
  subject: ContractSubject;
  fault: Fault | "dns";
  manner: Manner;
  /** Candidates of a routed call, each with its fault. */
  pool: Array<{ subject: ContractSubject; fault: Fault | "dns" }>;
}

const request: ChatRequest = { messages: [{ role: "user", content: "Hello there" }] };
/** Longer than any call may take: what is not over by then hangs. */
const hangMs = 60_000;

/**
 * Calls at random against the fault servers of all subjects: every call must end as stated, in time, with its content once, and
 * leave nothing behind.
 */
export async function runStorm(options: StormOptions): Promise<StormReport> {
  const { subjects, calls, seed, concurrency = 24, onProgress } = options;
  const random = seededRandom(seed);
  const servers = new Map<WireFormat, FaultServer>();
  for (const { wire } of subjects)
    if (!servers.has(wire)) servers.set(wire, await startFaultServer(wire, { remembers: false }));
  const report: StormReport = { calls, endings: {}, byFault: {}, violations: [], openCalls: [] };
  const onRejection = (reason: unknown): void => void report.violations.push(`unhandled rejection: ${String(reason)}`);
  const models = new Map<string, ChatModel>();
  process.on("unhandledRejection", onRejection);
  try {
    // drawn beforehand, so that a seed means the same calls however they interleave
    const plan = Array.from({ length: calls }, () => drawCall(subjects, random, options.route !== undefined));
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let i = next++; i < plan.length; i = next++) {
        const call = plan[i];
        const ending = await withWatchdog(makeCall(call, servers, models, options), nameOf(call));
        report.byFault[call.fault] = (report.byFault[call.fault] ?? 0) + 1;
        report.endings[ending.ending] = (report.endings[ending.ending] ?? 0) + 1;
        if (ending.violation !== undefined) report.violations.push(`call ${i}: ${nameOf(call)}: ${ending.violation}`);
        if (i % 1000 === 0) onProgress?.(i);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    report.openCalls = await callsLeft([...servers.values()]);
  } finally {
    process.off("unhandledRejection", onRejection);
    await Promise.all([...servers.values()].map((server) => server.close()));
  }
  return report;
}

function drawCall(subjects: readonly ContractSubject[], random: () => number, routes: boolean): Call {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const all: ReadonlyArray<Fault | "dns"> = [...faults, "dns"];
  const manners: Manner[] = [
    "whole",
    "streamed",
    "streamed",
    "left",
    "aborted",
    ...(routes ? ["routed" as const] : []),
  ];
  const draw = () => {
    const subject = pick(subjects);
    // a fault that a provider cannot have is none to draw
    return { subject, fault: pick(all.filter((fault) => !Object.hasOwn(subject.skips ?? {}, fault))) };
  };
  const pool = Array.from({ length: 3 }, draw);
  return { ...pool[0], manner: pick(manners), pool };
}

function nameOf({ subject, fault, manner, pool }: Call): string {
  if (manner === "routed") return `routed over ${pool.map((one) => `${one.subject.name}/${one.fault}`).join(", ")}`;
  return `${subject.name}, ${fault}, ${manner}`;
}

interface Ending {
  ending: string;
  violation?: string;
}

async function makeCall(
  call: Call,
  servers: ReadonlyMap<WireFormat, FaultServer>,
  models: Map<string, ChatModel>,
  options: StormOptions,
): Promise<Ending> {
  const modelOf = ({ subject, fault }: { subject: ContractSubject; fault: Fault | "dns" }): ChatModel => {
    const key = `${subject.name}/${fault}/${call.manner === "whole"}`;
    // clients are made once and used again, as in a program
    const known = models.get(key);
    if (known !== undefined) return known;
    const made = subject.model({
      baseUrl: fault === "dns" ? "http://no-such-host.invalid" : (servers.get(subject.wire)?.urlOf(fault) ?? ""),
      model: "a-model",
      // a stalled stream has content first, however busy the machine is; a stalled answer never has
      timeoutMs: fault === "slow-headers" || (fault === "stall" && call.manner === "whole") ? 150 : 30_000,
      idleTimeoutMs: fault === "stall" ? 100 : 30_000,
    });
    models.set(key, made);
    return made;
  };
  if (call.manner === "routed" && options.route !== undefined) {
    const pool = Object.fromEntries(call.pool.map((one, i) => [`candidate-${i}`, modelOf(one)]));
    return routedCall(call, options.route(pool));
  }
  const model = modelOf(call);
  if (call.manner === "whole") {
    const stated = outcomes[call.fault].whole;
    try {
      const { content } = await model.generate(request);
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
      return check("answer", stated, textFault(call.fault, text));
    } catch (error) {
      return checkError(error, stated);
    }
  }
  return streamedCall(call, model);
}

async function streamedCall({ fault, manner }: Call, model: ChatModel): Promise<Ending> {
  const { streamed: stated } = outcomes[fault];
  const controller = new AbortController();
  const parts: StreamPart[] = [];
  try {
    const stream = await model.stream({ ...request, signal: controller.signal });
    for await (const part of stream) {
      parts.push(part);
      if (part.type !== "text") continue;
      if (manner === "left") break;
      if (manner === "aborted") controller.abort();
    }
    if (manner === "left") return { ending: "left" };
    // one whose last piece was there already may end before it hears of the abort
    return check("answer", stated, textFault(fault, textOf(parts)));
  } catch (error) {
    if (controller.signal.aborted && ProviderAbortedError.isInstance(error)) return { ending: "aborted" };
    if (parts.some(({ type }) => type === "finish")) return { ending: "error", violation: "an error after its finish" };
    return checkError(error, stated);
  }
}

/** A routed call answers when one of its candidates does, unless another has broken after its first content before. */
async function routedCall({ pool }: Call, model: ChatModel): Promise<Ending> {
  const parts: StreamPart[] = [];
  const stated = pool.map(({ fault }) => outcomes[fault]);
  const first = stated.findIndex(({ streamed, contentFirst }) => streamed === "answer" || contentFirst === true);
  // an open tool call shows a part of itself, or does not, by the provider
  const loose = pool.slice(0, first < 0 ? pool.length : first + 1).some(({ fault }) => fault === "open-tool-call");
  try {
    for await (const part of await model.stream(request)) parts.push(part);
    const winner = stated.findIndex(({ streamed }) => streamed === "answer");
    if (winner < 0) return { ending: "answer", violation: "an answer where no candidate gives one" };
    if (!loose && first !== winner) return { ending: "answer", violation: "a switch after the first content" };
    const violation = loose ? undefined : textFault(pool[winner].fault, textOf(parts));
    return { ending: "answer", ...(violation === undefined ? {} : { violation }) };
  } catch (error) {
    if (!ProviderError.isInstance(error))
      return { ending: "error", violation: `not a ProviderError: ${String(error)}` };
    const answers = first >= 0 && stated[first].streamed === "answer";
    return {
      ending: error.code,
      ...(answers && !loose ? { violation: `${error.code} where a candidate answers` } : {}),
    };
  }
}

function textOf(parts: readonly StreamPart[]): string {
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** Whether the text is there, whole and once. */
function textFault(fault: Fault | "dns", text: string): string | undefined {
  if (fault === "parallel-tools" || text === answerText) return undefined;
  if (fault !== "big-line") return `a text of ${text.length} characters, expected ${answerText.length}`;
  // its first piece is the big one, the rest is as recorded
  return text.length >= bigTextLength && text.length < bigTextLength + answerText.length
    ? undefined
    : `a text of ${text.length} characters, expected some ${bigTextLength}`;
}

function check(found: string, stated: string, violation: string | undefined): Ending {
  if (found !== stated) return { ending: found, violation: `${found}, expected ${stated}` };
  return { ending: found, ...(violation === undefined ? {} : { violation }) };
}

function checkError(error: unknown, stated: string): Ending {
  if (!ProviderError.isInstance(error)) return { ending: "error", violation: `not a ProviderError: ${String(error)}` };
  return check(error.code, stated, undefined);
}

async function withWatchdog(call: Promise<Ending>, name: string): Promise<Ending> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<Ending>((resolve) => {
    timer = setTimeout(() => resolve({ ending: "hung", violation: `${name} was not over after ${hangMs} ms` }), hangMs);
  });
  try {
    return await Promise.race([call, hung]);
  } finally {
    clearTimeout(timer);
  }
}

async function callsLeft(servers: readonly FaultServer[]): Promise<string[]> {
  const open = (): string[] => servers.flatMap((server) => server.openCalls());
  const untilMs = Date.now() + 10_000;
  while (open().length > 0 && Date.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 50));
  return open();
}
