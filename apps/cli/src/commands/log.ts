import { OneheadError } from "@onehead/core";
import type { CallFilter } from "@onehead/serve";
import { type LogReader, openSqliteReader } from "@onehead/serve/node";
import { defineCommand } from "citty";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { assertWritable } from "../files/write-atomically.js";
import { type Deletion, deleteFromLog } from "../log/delete-from-log.js";
import { gatewayAddress } from "../log/delete-over-http.js";
import { exportLog } from "../log/export-log.js";
import { gatewayDatabase } from "../log/gateway-database.js";
import { filterArgs, logFilter } from "../log/log-filter.js";
import { logTable } from "../log/log-table.js";
import { loggedCalls } from "../log/logged-calls.js";
import { parseDate } from "../log/parse-date.js";
import { createProgress } from "../output/progress.js";
import { interruptSignal } from "../process/interrupt-signal.js";
import { UsageError } from "../process/report-failure.js";
import { secretOf } from "../providers/find-providers.js";
import { splitList } from "../routing/routing-options.js";
import { parseNumber } from "./parse-number.js";

const deletions = {
  delete: { type: "string", description: "Remove these calls, with all that belongs to them", valueHint: "ID[,ID]" },
  "delete-before": { type: "string", description: "Remove the calls before this day or moment", valueHint: "DATE" },
  "delete-contents-before": {
    type: "string",
    description: "Remove prompts and answers alone, of the calls before this day or moment",
    valueHint: "DATE",
  },
  "delete-conversation": { type: "string", description: "Remove the calls of this conversation", valueHint: "ID" },
  "delete-owner": { type: "string", description: "Remove the calls of this owner", valueHint: "NAME" },
} as const;

export const log = defineCommand({
  meta: {
    name: "log",
    description: `Look at what the gateway has logged, export it, or remove parts of it

Examples:
  onehead log                                        the last calls, and sums by model
  onehead log --from 2026-01-01 --status failed
  onehead log --export calls.jsonl --scored          JSON Lines, newest first; "-" writes to standard output
  onehead log --delete-before 2026-01-01 --yes
  onehead log --delete-owner k1 --url http://127.0.0.1:8787

Reading goes on beside a gateway that runs; to remove calls then, name it with --url (its key in ONEHEAD_API_KEY).`,
  },
  args: {
    database: { type: "string", description: "File of the log; that of `serve` unless given", valueHint: "FILE" },
    config: { type: "string", description: "Settings; onehead.config.* here, if there is one", valueHint: "FILE" },
    ...filterArgs,
    limit: { type: "string", description: "Calls shown, at most; 20 unless given" },
    export: { type: "string", description: "Write the calls as JSON Lines", valueHint: "FILE|-" },
    ...deletions,
    url: { type: "string", description: "The gateway that runs, to remove calls through it", valueHint: "URL" },
    yes: { type: "boolean", description: "Remove without being asked" },
    json: { type: "boolean", description: "Print one JSON object" },
  },
  async run({ args }) {
    const deletion = deletionOf(args);
    const filter = logFilter(args);
    if (args.limit !== undefined && (args.export ?? deletion) !== undefined)
      throw new UsageError("--limit is for the table");
    if (args.url !== undefined && deletion === undefined) throw new UsageError("--url needs something to remove");
    if (deletion !== undefined) {
      for (const flag of ["export", ...Object.keys(filterArgs)] as const)
        if (args[flag as "export"] !== undefined) throw new UsageError(`--${flag} does not go with --delete`);
    }
    const limit = args.limit === undefined ? 20 : parseLimit(args.limit);
    const database = await gatewayDatabase(args.database, args.config);
    const json = args.json === true;
    if (deletion !== undefined) {
      await remove(database, deletion, { url: args.url, yes: args.yes === true, json });
      return;
    }
    if (args.export !== undefined && args.export !== "-") {
      const files = {
        "--database": database,
        "the database's log": `${database}-wal`,
        "the database's journal": `${database}-calls-a`,
        "the database's other journal": `${database}-calls-b`,
      };
      await assertKeepsInputs({ "--export": args.export }, files);
      await assertWritable(args.export);
    }
    const reader = await openSqliteReader({ path: database });
    try {
      if (args.export === undefined) await show(reader, database, filter, { limit, json });
      else await write(reader, args.export, filter, json);
    } finally {
      await reader.close();
    }
  },
});

function deletionOf(args: Record<string, unknown>): Deletion | undefined {
  const given = Object.keys(deletions).filter((name) => args[name] !== undefined);
  if (given.length > 1) throw new UsageError(`--${given[0]} does not go with --${given[1]}`);
  const [name] = given;
  const text = String(args[name]);
  switch (name) {
    case "delete":
      if (splitList(text).length === 0) throw new UsageError("--delete names no call");
      return { kind: "ids", ids: [...new Set(splitList(text))] };
    case "delete-before":
      return { kind: "before", beforeMs: parseDate("log: --delete-before", text) };
    case "delete-contents-before":
      return { kind: "contents", beforeMs: parseDate("log: --delete-contents-before", text) };
    case "delete-conversation":
      return { kind: "calls", filter: { conversationId: text } };
    case "delete-owner":
      return { kind: "calls", filter: { owner: text } };
    default:
      return undefined;
  }
}

function parseLimit(text: string): number {
  const limit = parseNumber("log: --limit", text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit;
  throw new OneheadError("invalid-argument", `log: --limit: ${limit}, expected a whole number from 1 to 10000`);
}

async function show(
  reader: LogReader,
  database: string,
  filter: CallFilter,
  { limit, json }: { limit: number; json: boolean },
): Promise<void> {
  const { calls } = await reader.calls(filter, { limit });
  const sums = await reader.sums(filter);
  console.log(json ? JSON.stringify({ database, calls, sums }) : logTable(database, calls, sums));
}

async function write(reader: LogReader, path: string, filter: CallFilter, json: boolean): Promise<void> {
  const calls = loggedCalls(reader, filter, interruptSignal());
  const exported = await exportLog(reader, { path, filter, calls, progress: createProgress(process.stderr) });
  // standard output has the lines
  if (path === "-") return;
  const { calls: count, withContents, scored, bytes } = exported;
  const what = `${count} calls, ${withContents} with contents, ${scored} scored, ${(bytes / 1e6).toFixed(1)} MB`;
  console.log(json ? JSON.stringify({ file: path, ...exported }) : `${path}: ${what}`);
}

async function remove(
  database: string,
  deletion: Deletion,
  { url, yes, json }: { url: string | undefined; yes: boolean; json: boolean },
): Promise<void> {
  const gateway = url === undefined ? null : gatewayAddress(url, secretOf(process.env, "ONEHEAD_API_KEY"));
  const { count, removed } = await deleteFromLog({ database, deletion, yes, json, gateway, signal: interruptSignal() });
  if (json) console.log(JSON.stringify({ database, removed, ...count }));
  else if (removed > 0)
    console.log(
      deletion.kind === "contents"
        ? `removed the contents of ${removed} calls`
        : `removed ${removed} call${removed === 1 ? "" : "s"}`,
    );
}
