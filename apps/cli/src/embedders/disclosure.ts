import { estimateTokens, OneheadError } from "@onehead/core";
import { canAsk, confirm } from "../process/confirm.js";
import { UsageError } from "../process/report-failure.js";
import type { NamedEmbedder } from "./open-embedder.js";

/** How much will be sent; at most, since what fails ends a run. */
export interface PromptCount {
  prompts: number;
  /** Estimated. */
  tokens: number;
}

/** The embedder beside the trained one, and what it is sent, as JSON output shows it. */
export interface Disclosure extends PromptCount {
  embedder: string;
  /** null for a model in this process: nothing is sent. */
  host: string | null;
}

/**
 * Says what a command that embeds many prompts will send, and gets the user's consent.
 *
 * @throws UsageError where nobody can be asked; OneheadError "aborted" on any answer but yes
 */
export async function disclose(
  command: string,
  named: NamedEmbedder,
  prompts: Iterable<string> | AsyncIterable<string>,
  options: { yes: boolean; json: boolean },
): Promise<Disclosure> {
  const { text: embedder, host } = named;
  const all: string[] = [];
  if (host !== null) for await (const prompt of prompts) all.push(prompt);
  const count = countPrompts(all);
  announce(command, named, count, options.json);
  await confirmSending(command, named, count, options);
  return { embedder, host, ...count };
}

/** Counts what is sent for these prompts: equal ones once, blank ones not at all. */
export function countPrompts(prompts: Iterable<string>): PromptCount {
  const distinct = new Set<string>();
  for (const prompt of prompts) if (prompt.trim() !== "") distinct.add(prompt);
  let tokens = 0;
  for (const prompt of distinct) tokens += estimateTokens(prompt);
  return { prompts: distinct.size, tokens: Math.round(tokens) };
}

/**
 * Says on standard error what will leave this machine, before it does; with `json` as one line of JSON.
 *
 * @param count null where it is not known before, as for lines that are still to be read
 */
export function announce(
  command: string,
  { text, host, download }: NamedEmbedder,
  count: PromptCount | null,
  json: boolean,
): void {
  if (download !== null) console.error(`${command}: downloads ${download}; no prompt is sent`);
  if (host === null) return;
  if (json) {
    const what = count ?? { prompts: null, tokens: null };
    console.error(JSON.stringify({ event: "sends-prompts", embedder: text, host, ...what }));
    return;
  }
  const amount = count === null ? "every prompt" : describeCount(count);
  console.error(`${command}: ${amount} will be sent to ${host} (${text})`);
}

/**
 * Gets the user's consent to send many prompts: given with `--yes`, or asked for on a terminal. None is needed for a
 * server on this machine.
 *
 * @throws UsageError where nobody can be asked; OneheadError "aborted" on any answer but yes
 */
async function confirmSending(
  command: string,
  { host }: NamedEmbedder,
  count: PromptCount,
  options: { yes: boolean; json: boolean },
): Promise<void> {
  if (host === null || options.yes || isThisMachine(host)) return;
  if (!canAsk() || options.json) {
    throw new UsageError(`--yes is missing: ${describeCount(count)} would be sent to ${host}`);
  }
  if (!(await confirm("Send them?"))) throw new OneheadError("aborted", `${command}: nothing was sent`);
}

function describeCount({ prompts, tokens }: PromptCount): string {
  const noun = prompts === 1 ? "1 prompt" : `at most ${prompts.toLocaleString("en")} prompts`;
  return `${noun} (about ${tokens.toLocaleString("en")} tokens)`;
}

function isThisMachine(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
}
