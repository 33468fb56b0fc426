import { type Backend, jsBackend, OneheadError } from "@onehead/core";
import { assertNotAborted } from "../assert-not-aborted.js";
import { measurePlainFeatures, plainFeatureNames } from "../plain/plain-features.js";
import { countText } from "../plain/text-counts.js";
import { DocumentFrequency } from "../sparse/document-frequency.js";
import { countDocument, selectVocabulary, weighTexts } from "../sparse/vocabulary.js";
import type { StaticTable } from "../static/static-table.js";
import { StaticWords } from "../static/static-words.js";
import type { TruncatedSvd } from "../svd/randomized-svd.js";
import { TokenBuffer } from "../text/token-buffer.js";
import { yieldToEvents } from "../yield-to-events.js";
import { embedderKind, roundTables } from "./embedder-tables.js";
import { fitPlainStatistics, type PlainStatistics } from "./plain-block.js";
import { TrainedEmbedder } from "./trained-embedder.js";

export interface FitTrainedEmbedderOptions {
  /** at most so many words and bigrams are known; 16,384 */
  readonly maxFeatures?: number;
  /** C: width of the text block; fewer if the texts do not span so many directions; 128 */
  readonly components?: number;
  /** a word or bigram of fewer texts is dropped; 2 */
  readonly minDocumentFrequency?: number;
  /** 0 keeps each component's natural spread, 1 makes all spreads equal; 0 */
  readonly whitening?: number;
  /** length of the plain block beside a text block of length 1; 1 */
  readonly plainWeight?: number;
  /** word vectors to join, such as `staticEnglish()`; none */
  readonly staticTable?: StaticTable | undefined;
  /** length of the block of word vectors beside a text block of length 1; 0.6 */
  readonly staticWeight?: number;
  /** G: cells for the character n-grams of unknown words; 32 */
  readonly gramDimensions?: number;
  /** length of that block for a text without a known word; 1 */
  readonly gramWeight?: number;
  /** of the random sketch; 0 */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** what the projection is fitted with; pure JavaScript */
  readonly backend?: Backend | undefined;
  /** Called with the share of the work that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

const textsPerSlice = 1024;
// shares of the fit's time, as measured on 6,600 prompts
const countingShare = 0.1;

/**
 * Fits the embedder to the training prompts (never to those it will be judged on).
 *
 * The same texts, options and seed give the same bits. Yields to the event loop between steps, so that `signal` works.
 *
 * @throws OneheadError `invalid-argument` without texts or with an option out of range; `aborted`
 */
export async function fitTrainedEmbedder(
  texts: readonly string[],
  options: FitTrainedEmbedderOptions = {},
): Promise<TrainedEmbedder> {
  const {
    maxFeatures = 16384,
    components = 128,
    minDocumentFrequency = 2,
    whitening = 0,
    plainWeight = 1,
    staticTable,
    staticWeight = 0.6,
    gramDimensions = 32,
    gramWeight = 1,
    seed = 0,
    backend = jsBackend,
    signal,
    onProgress,
  } = options;
  assertOptions(texts, {
    maxFeatures,
    components,
    minDocumentFrequency,
    whitening,
    plainWeight,
    staticWeight,
    gramDimensions,
    gramWeight,
    seed,
  });
  const step = async (done: number): Promise<void> => {
    onProgress?.(done);
    await yieldToEvents();
    assertNotAborted("fitTrainedEmbedder", signal);
  };

  const { frequency, plain, staticMean } = await surveyTexts(texts, staticTable, (done) => step(done * countingShare));
  const vocabulary = selectVocabulary(frequency, texts.length, maxFeatures, minDocumentFrequency);
  const { oversampling, randomizedSvd, sparseMap } = await import("../svd/index.js");
  const svd = await randomizedSvd(sparseMap(weighTexts(texts, vocabulary), backend, components + oversampling), {
    components,
    seed,
    onStep: (done) => step(countingShare + done * (1 - countingShare)),
  });
  const found = svd.singularValues.length;
  const embedder = new TrainedEmbedder(
    roundTables({
      kind: embedderKind,
      components: found,
      plainWeight,
      ...vocabulary,
      projection: { shape: [vocabulary.hashes.length, found], data: whiten(svd, whitening) },
      plain,
      static:
        staticTable === undefined
          ? null
          : { table: staticTable.id, dimensions: staticTable.dimensions, weight: staticWeight, mean: staticMean },
      gramDimensions,
      gramWeight,
    }),
    staticTable === undefined ? [] : [staticTable],
  );
  onProgress?.(1);
  return embedder;
}

async function surveyTexts(
  texts: readonly string[],
  staticTable: StaticTable | undefined,
  step: (done: number) => Promise<void>,
): Promise<{ frequency: DocumentFrequency; plain: PlainStatistics; staticMean: Float32Array }> {
  const frequency = new DocumentFrequency();
  const tokens = new TokenBuffer();
  const plainCount = plainFeatureNames.length;
  const raw = new Float32Array(texts.length * plainCount);
  const staticWords = staticTable === undefined ? null : new StaticWords(staticTable, jsBackend);
  const words = new Float32Array(staticTable?.dimensions ?? 0);
  const staticMean = new Float32Array(words.length);
  for (const [row, text] of texts.entries()) {
    if (row % textsPerSlice === 0) await step(row / texts.length);
    tokens.read(text);
    countDocument(frequency, tokens);
    measurePlainFeatures(raw, row * plainCount, countText(text, tokens));
    if (staticWords === null) continue;
    staticWords.meanInto(words, 0, tokens);
    for (let j = 0; j < words.length; j++) staticMean[j] += words[j] / texts.length;
  }
  return { frequency, plain: fitPlainStatistics(raw, texts.length, plainCount), staticMean };
}

/** Column k of V times (s_k / s_0)^(−whitening), in place: the table that projects. */
function whiten({ rightVectors, singularValues }: TruncatedSvd, whitening: number): Float32Array {
  const components = singularValues.length;
  const scales = singularValues.map((s) => (s / singularValues[0]) ** -whitening);
  for (let cell = 0; cell < rightVectors.length; cell++) rightVectors[cell] *= scales[cell % components];
  return rightVectors;
}

function assertOptions(
  texts: readonly string[],
  values: Readonly<
    Record<
      | "maxFeatures"
      | "components"
      | "minDocumentFrequency"
      | "whitening"
      | "plainWeight"
      | "staticWeight"
      | "gramDimensions"
      | "gramWeight"
      | "seed",
      number
    >
  >,
): void {
  if (texts.length === 0) fail("texts", "none", "at least one");
  for (const name of ["maxFeatures", "components", "minDocumentFrequency"] as const) {
    if (!Number.isInteger(values[name]) || values[name] < 1) fail(name, values[name], "an integer from 1");
  }
  if (!(values.whitening >= 0 && values.whitening <= 1)) fail("whitening", values.whitening, "0 to 1");
  for (const name of ["plainWeight", "staticWeight", "gramWeight"] as const) {
    if (!(values[name] >= 0 && values[name] <= 100)) fail(name, values[name], "0 to 100");
  }
  if (!(Number.isInteger(values.gramDimensions) && values.gramDimensions >= 0 && values.gramDimensions <= 4096)) {
    fail("gramDimensions", values.gramDimensions, "an integer from 0 to 4096");
  }
  if (!Number.isSafeInteger(values.seed)) fail("seed", values.seed, "a safe integer");
}

function fail(name: string, observed: unknown, expected: string): never {
  throw new OneheadError(
    "invalid-argument",
    `fitTrainedEmbedder: ${name} out of range: ${String(observed)}, expected ${expected}`,
  );
}
