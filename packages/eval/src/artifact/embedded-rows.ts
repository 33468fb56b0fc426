import { type Artifact, estimateTokens, OneheadError } from "@onehead/core";
import { buildRowTable, type PromptRow, promptHash, type RowTable, splitOf } from "@onehead/data";
import type { Embedder } from "@onehead/embed";
import type { RecordedRows } from "../replay/recorded-rows.js";

/** Recorded rows with what routers may know of them before the call. */
export interface EmbeddedRows extends RecordedRows {
  /** (R, D). */
  embeddings: Float32Array;
  /** (R) prompt tokens: as recorded, else estimated. */
  inputTokens: Float64Array;
  /** (R) true tasks, "" where none is named: for references alone, which no router may be. */
  datasets: readonly string[];
}

/** What a first reading of a file says, before anything is embedded. */
export interface RowScan {
  rows: number;
  /** Rows whose prompt the artifact was trained on. */
  trainedOn: number;
  /** Models with a score in some row, by first appearance. */
  models: string[];
  /** Records that share an id (one model each) are one row, however far apart they lie. */
  repeatsIds: boolean;
}

/**
 * True for prompts that the artifact was trained on, wherever they are met: those whose hashes it keeps, and where it
 * keeps none, those that its split does not hold out.
 */
export function trainedPrompts(artifact: Artifact): (prompt: string) => boolean {
  const kept = artifact.tensors.get("training.promptHashes");
  if (kept === undefined) {
    const { split } = artifact.manifest.training;
    return (prompt) => splitOf(prompt, split) !== "heldOut";
  }
  const hashes = new Set(kept.data);
  return (prompt) => hashes.has(promptHash(prompt));
}

/** Counts rows and collects models. */
export async function scanRows(
  rows: AsyncIterable<PromptRow>,
  wasTrainedOn: (prompt: string) => boolean,
): Promise<RowScan> {
  const scan: RowScan = { rows: 0, trainedOn: 0, models: [], repeatsIds: false };
  const seen = new Set<string>();
  const ids = new Map<string, boolean>();
  for await (const { id, prompt, scores } of rows) {
    for (const model of Object.keys(scores)) seen.add(model);
    if (ids.has(id)) scan.repeatsIds = true;
    else ids.set(id, wasTrainedOn(prompt));
  }
  scan.rows = ids.size;
  for (const trained of ids.values()) if (trained) scan.trainedOn++;
  scan.models = [...seen];
  return scan;
}

/** Rows that pass `keep`. */
export async function* filterRows(
  rows: AsyncIterable<PromptRow>,
  keep: (prompt: string) => boolean,
): AsyncGenerator<PromptRow> {
  for await (const row of rows) if (keep(row.prompt)) yield row;
}

/**
 * Embeds rows in chunks; prompts are dropped with their chunk.
 *
 * @param whole all rows in one chunk, since records that share an id may lie far apart
 */
export async function* embeddedChunks(
  rows: AsyncIterable<PromptRow>,
  models: readonly string[],
  embedder: Embedder,
  { whole, chunkRows = 256, signal }: { whole: boolean; chunkRows?: number; signal?: AbortSignal | undefined },
): AsyncGenerator<EmbeddedRows> {
  if (whole) {
    const gathered: PromptRow[] = [];
    for await (const row of rows) gathered.push(row);
    if (gathered.length > 0) yield await embedTable(await tableOf(gathered, models), models, embedder, signal);
    return;
  }
  let chunk: PromptRow[] = [];
  for await (const row of rows) {
    chunk.push(row);
    if (chunk.length === chunkRows) {
      yield await embedTable(await tableOf(chunk, models), models, embedder, signal);
      chunk = [];
    }
  }
  if (chunk.length > 0) yield await embedTable(await tableOf(chunk, models), models, embedder, signal);
}

/** As {@link recordRows}, with the vectors of the table's prompts. */
async function embedTable(
  table: RowTable,
  models: readonly string[],
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<EmbeddedRows> {
  const embeddings = await embedder.embed(table.prompts, signal === undefined ? {} : { signal });
  return recordRows(table, models, embeddings);
}

/** The columns of `models`, in their order, NaN where a table has none, with embeddings beside them. */
export function recordRows(table: RowTable, models: readonly string[], embeddings: Float32Array): EmbeddedRows {
  const R = table.ids.length;
  const N = models.length;
  const M = table.models.length;
  const rows: EmbeddedRows = {
    scores: new Float32Array(R * N).fill(Number.NaN),
    costsUsd: new Float64Array(R * N).fill(Number.NaN),
    promptKeys: Float64Array.from(table.prompts, (prompt) => promptHash(prompt)),
    embeddings,
    inputTokens: inputTokensOf(table),
    datasets: table.datasets,
  };
  models.forEach((model, n) => {
    const m = table.models.indexOf(model);
    if (m < 0) return;
    for (let r = 0; r < R; r++) {
      rows.scores[r * N + n] = table.scores[r * M + m];
      rows.costsUsd[r * N + n] = table.costs[r * M + m];
    }
  });
  return rows;
}

/** Prompt tokens of every row: as recorded, else estimated from the text. */
function inputTokensOf(table: RowTable): Float64Array {
  return table.inputTokens.map((recorded, r) => (recorded >= 0 ? recorded : estimateTokens(table.prompts[r])));
}

/** The models that the artifact and the rows have in common. @throws OneheadError "unknown-model" when there are none */
export function commonModels(artifact: Artifact, recorded: readonly string[]): string[] {
  const names = new Set(recorded);
  const common = artifact.manifest.candidates.map(({ id }) => id).filter((id) => names.has(id));
  if (common.length === 0) {
    const held = recorded.length === 0 ? "no model with a score and a cost" : recorded.join(", ");
    const known = artifact.manifest.candidates.map(({ id }) => id).join(", ");
    throw new OneheadError(
      "unknown-model",
      `evaluateArtifact: no model in common: the rows have ${held}, the artifact ${known}`,
    );
  }
  return common;
}

function tableOf(rows: readonly PromptRow[], models: readonly string[]): Promise<RowTable> {
  // a chunk may lack a model altogether, so the columns are put in order afterwards
  const kept = new Set(models);
  const pick = <T>(cells: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(cells).filter(([model]) => kept.has(model)));
  return buildRowTable(rows.map((row) => ({ ...row, scores: pick(row.scores), costs: pick(row.costs) })));
}
