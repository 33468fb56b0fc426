import { OneheadError } from "@onehead/core";
import type { CallFilter, GatewayState } from "@onehead/serve";
import { type LogReader, openSqliteReader, openSqliteState } from "@onehead/serve/node";
import { canAsk, confirm } from "../process/confirm.js";
import { UsageError } from "../process/report-failure.js";
import { deleteOverHttp, type GatewayAddress } from "./delete-over-http.js";
import { loggedCalls } from "./logged-calls.js";

/** What is to be removed: calls by id, by a filter or before a time, or the contents alone of those before a time. */
export type Deletion =
  | { kind: "ids"; ids: readonly string[] }
  | { kind: "calls"; filter: CallFilter }
  | { kind: "before"; beforeMs: number }
  | { kind: "contents"; beforeMs: number };

/** What there is of it. */
export interface DeletionCount {
  calls: number;
  contents: number;
  scores: number;
}

export interface DeleteOptions {
  database: string;
  deletion: Deletion;
  yes: boolean;
  json: boolean;
  /** The gateway that runs, where it is to remove them itself. */
  gateway: GatewayAddress | null;
  signal: AbortSignal;
}

/**
 * Says on standard error what will be removed, gets the operator's consent and removes it.
 *
 * @returns how many calls were removed, or how many calls' contents
 * @throws UsageError where nobody can be asked; OneheadError "aborted" on any answer but yes, "invalid-argument" for an id that is
 *   not in the log, "io"
 */
export async function deleteFromLog(options: DeleteOptions): Promise<{ count: DeletionCount; removed: number }> {
  const { database, deletion, yes, json, gateway, signal } = options;
  if (gateway !== null && deletion.kind === "contents") {
    throw new UsageError("--url does not go with --delete-contents-before: a gateway removes whole calls when asked");
  }
  const reader = await openSqliteReader({ path: database });
  let count: DeletionCount;
  let ids: string[] = [];
  try {
    count = await countOf(reader, deletion);
    if (gateway !== null) ids = await idsOf(reader, deletion, signal);
  } finally {
    await reader.close();
  }
  if (json) console.error(JSON.stringify({ event: "deletes", database, what: deletion.kind, ...count }));
  else console.error(`log: ${database}: ${statement(deletion, count)}`);
  if ((deletion.kind === "contents" ? count.contents : count.calls) === 0) return { count, removed: 0 };
  if (!yes) {
    if (!canAsk() || json) throw new UsageError("--yes is missing: nothing was removed");
    if (!(await confirm("Remove them?"))) throw new OneheadError("aborted", "log: nothing was removed");
  }
  if (gateway !== null) return { count, removed: await deleteOverHttp(gateway, ids, signal) };
  const state = await openForDeletion(database);
  try {
    return { count, removed: await removeFrom(state, deletion, signal) };
  } finally {
    await state.close();
  }
}

async function countOf(reader: LogReader, deletion: Deletion): Promise<DeletionCount> {
  if (deletion.kind === "ids") {
    const count: DeletionCount = { calls: 0, contents: 0, scores: 0 };
    for (const id of deletion.ids) {
      const call = await reader.call(id);
      if (call === null) {
        const shown = id.slice(0, 60);
        throw new OneheadError("invalid-argument", `log: --delete: ${shown}: no call of this id; nothing was removed`);
      }
      count.calls++;
      count.scores += call.feedback.length;
      if ((await reader.contents(id)) !== null) count.contents++;
    }
    return count;
  }
  const sums = await reader.sums(filterOf(deletion));
  const count: DeletionCount = { calls: 0, contents: 0, scores: 0 };
  for (const { calls, contents, feedback } of sums) {
    count.calls += calls;
    count.contents += contents;
    count.scores += feedback.scores;
  }
  return deletion.kind === "contents" ? { calls: 0, contents: count.contents, scores: 0 } : count;
}

function filterOf(deletion: Exclude<Deletion, { kind: "ids" }>): CallFilter {
  return deletion.kind === "calls" ? deletion.filter : { toMs: deletion.beforeMs };
}

async function idsOf(log: Pick<GatewayState, "calls">, deletion: Deletion, signal: AbortSignal): Promise<string[]> {
  if (deletion.kind === "ids") return [...deletion.ids];
  const ids: string[] = [];
  for await (const { id } of loggedCalls(log, filterOf(deletion), signal)) ids.push(id);
  return ids;
}

async function removeFrom(state: GatewayState, deletion: Deletion, signal: AbortSignal): Promise<number> {
  if (deletion.kind === "contents") return state.removeContents({ beforeMs: deletion.beforeMs });
  if (deletion.kind === "before") return state.remove({ beforeMs: deletion.beforeMs });
  return state.remove({ ids: await idsOf(state, deletion, signal) });
}

/** @throws OneheadError "io", which says what can be done while the gateway has its database */
async function openForDeletion(database: string): Promise<GatewayState> {
  try {
    return await openSqliteState({ path: database });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
    if (typeof code !== "string" || !code.startsWith("SQLITE_BUSY")) throw error;
    const ways = "stop it, or name it with --url, so that it removes them itself (DELETE /v1/decisions/{id})";
    throw new OneheadError("io", `log: ${database}: its gateway is running: ${ways}; nothing was removed`, {
      cause: error,
    });
  }
}

function statement(deletion: Deletion, { calls, contents, scores }: DeletionCount): string {
  if (deletion.kind === "contents") {
    if (contents === 0) return "no contents to remove";
    return `prompts and answers of ${of(contents, "call")} will be removed; the calls and their scores stay`;
  }
  if (calls === 0) return "no calls to remove";
  const parts = `decisions, ${of(contents, "prompt")} with answers and ${of(scores, "score")}`;
  return `${of(calls, "call")} will be removed with ${parts}; what they cost stays in the sums`;
}

function of(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
