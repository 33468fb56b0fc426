import type { CallFilter, CallRecord, LoggedContents } from "@onehead/serve";
import type { LogReader } from "@onehead/serve/node";
import { writeLinesAtomically, writeLinesToStdout } from "../files/write-lines-atomically.js";
import type { Progress } from "../output/progress.js";

/** A line of an export: the call as the gateway knows it and, where they are kept, what was asked and answered. */
export interface ExportedCall extends CallRecord {
  contents: Omit<LoggedContents, "id"> | null;
}

export interface ExportOptions {
  /** "-" for standard output. */
  path: string;
  filter: CallFilter;
  /** Pages through the calls. */
  calls: AsyncIterable<CallRecord>;
  progress: Progress;
}

export interface Exported {
  calls: number;
  withContents: number;
  scored: number;
  bytes: number;
}

/** What takes no longer says nothing of how far it is. */
const quietMs = 1_000;

/** Writes the calls that pass a filter as JSON Lines, newest first, one call in memory. */
export async function exportLog(reader: LogReader, options: ExportOptions): Promise<Exported> {
  const { path, filter, calls, progress } = options;
  const total = (await reader.sums(filter)).reduce((sum, of) => sum + of.calls, 0);
  const exported: Exported = { calls: 0, withContents: 0, scored: 0, bytes: 0 };
  const startedMs = performance.now();
  async function* lines(): AsyncGenerator<string> {
    for await (const call of calls) {
      const kept = await reader.contents(call.id);
      const contents = kept === null ? null : { question: kept.question, request: kept.request, answer: kept.answer };
      const line = `${JSON.stringify({ ...call, contents } satisfies ExportedCall)}\n`;
      exported.calls++;
      if (kept !== null) exported.withContents++;
      if (call.feedback.length > 0) exported.scored++;
      exported.bytes += Buffer.byteLength(line);
      if (performance.now() - startedMs > quietMs) {
        // the gateway may remove calls meanwhile
        const fraction = Math.min(1, exported.calls / total);
        progress.update(`exporting (${exported.calls} of ${total} calls)`, fraction);
      }
      yield line;
    }
  }
  if (path === "-") await writeLinesToStdout(lines());
  else await writeLinesAtomically(path, lines());
  progress.end();
  return exported;
}
