import { OneheadError } from "../errors/onehead-error.js";
import { qualityBins } from "./logit-shift.js";

/** One source of one model: name, scores, sum of residuals, when it last spoke. */
type SourceState = [source: string, scores: number, residuals: number, at: number];

/** What was learnt of one model. */
interface ModelFeedbackState {
  /** Predictions that were judged, in equal bins over [0, 1]. */
  histogram: number[];
  countedAt: number;
  /** Oldest first. */
  sources: SourceState[];
}

/** All that a router has learnt from feedback, as JSON. Sources are kept as they were given: hash what is secret. */
export interface FeedbackState {
  version: 1;
  /** Hash of the rows that the predictions come from; residuals of another training say nothing. */
  trainedOn: string;
  clockIn: "events" | "ms";
  clock: number;
  /** Decayed number of all scores, as of `clock`. */
  evidence: number;
  models: Record<string, ModelFeedbackState>;
}

/** Longest name of a source, in UTF-16 units: what is remembered stays bounded. */
const longestSource = 256;

// nobody counts further, and sums over what is kept stay finite
const mostCounted = Number.MAX_SAFE_INTEGER;

/**
 * Checks a state that was kept outside.
 *
 * @param trainedOn, clockIn those of the router that is to go on from it
 * @throws OneheadError "invalid-argument" naming the field
 */
export function parseFeedbackState(value: unknown, trainedOn: string, clockIn: "events" | "ms"): FeedbackState {
  const state = objectAt("state", value);
  if (state["version"] !== 1) throw invalid("state.version", state["version"], "1");
  if (state["trainedOn"] !== trainedOn) {
    throw invalid("state.trainedOn", state["trainedOn"], `${trainedOn}: it was learnt beside another artifact`);
  }
  if (state["clockIn"] !== clockIn) throw invalid("state.clockIn", state["clockIn"], clockIn);
  const clock = numberAt("state.clock", state["clock"], 0, mostCounted);
  const evidence = numberAt("state.evidence", state["evidence"], 0, mostCounted);
  const models = Object.entries(objectAt("state.models", state["models"])).map(([model, entry]) => [
    model,
    parseModel(`state.models.${model}`, entry, clock),
  ]);
  // fromEntries defines own properties: a model named __proto__ stays an entry
  return { version: 1, trainedOn, clockIn, clock, evidence, models: Object.fromEntries(models) };
}

function parseModel(path: string, value: unknown, clock: number): ModelFeedbackState {
  const model = objectAt(path, value);
  const bins = listAt(`${path}.histogram`, model["histogram"]);
  if (bins.length !== qualityBins) throw invalid(`${path}.histogram`, bins.length, `${qualityBins} numbers`);
  const seen = new Set<unknown>();
  return {
    histogram: bins.map((bin, b) => numberAt(`${path}.histogram[${b}]`, bin, 0, mostCounted)),
    countedAt: numberAt(`${path}.countedAt`, model["countedAt"], 0, clock),
    sources: listAt(`${path}.sources`, model["sources"]).map((entry, s) => {
      const at = `${path}.sources[${s}]`;
      const [source, scores, residuals, spoke] = listAt(at, entry);
      assertSource(`learning: ${at}[0]`, source);
      if (seen.has(source))
        throw new OneheadError("invalid-argument", `learning: ${at}[0]: named twice, expected once`);
      seen.add(source);
      const count = numberAt(`${at}[1]`, scores, Number.MIN_VALUE, mostCounted);
      // no residual is beyond ±1; rounding may add a little
      const most = count * (1 + 1e-9);
      return [source, count, numberAt(`${at}[2]`, residuals, -most, most), numberAt(`${at}[3]`, spoke, 0, clock)];
    }),
  };
}

/** @throws OneheadError "invalid-argument" that does not repeat the source, which may be a user's name */
export function assertSource(where: string, source: unknown): asserts source is string {
  if (typeof source === "string" && source !== "" && source.length <= longestSource) return;
  const found = typeof source === "string" ? `${source.length} characters` : typeof source;
  throw new OneheadError("invalid-argument", `${where}: ${found}, expected a text of 1 to ${longestSource} characters`);
}

function objectAt(path: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(path, value, "an object");
}

function listAt(path: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(path, value, "a list");
}

function numberAt(path: string, value: unknown, low: number, high: number): number {
  if (typeof value === "number" && value >= low && value <= high) return value;
  throw invalid(path, value, `a number from ${low} to ${high}`);
}

function invalid(path: string, value: unknown, expected: string): OneheadError {
  const found =
    typeof value === "object" || typeof value === "string" ? JSON.stringify(value).slice(0, 40) : String(value);
  return new OneheadError("invalid-argument", `learning: ${path}: ${found}, expected ${expected}`);
}
