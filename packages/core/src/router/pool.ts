import type { Artifact } from "../artifact/artifact.js";
import { findCandidate } from "../artifact/find-candidate.js";
import type { Candidate, Manifest, Prices, Profile } from "../artifact/manifest.js";
import { assertObject, invalidArgument } from "../errors/invalid-argument.js";
import { assertPrices } from "./assert-prices.js";

// a relative is seldom more than a generation away: ±0.75 logits are ±18 points of quality at an even chance
const inheritedLogitDeviation = 0.75;

/** A change of price where the price itself is not known: 0.5 is half of what the model costs now. */
export interface PriceFactor {
  factor: number;
}

/** Which of an artifact's candidates to route among, and with which prices. */
export interface PoolOptions {
  /** Ids or aliases; the artifact's default pool, or else all of its candidates, when left out. */
  models?: readonly string[] | undefined;
  /**
   * Today's prices by id, or how they have changed: they replace the artifact's; nothing has to be retrained. Where rows
   * recorded USD without tokens (`costKind` "usd"), a factor is all that can be applied.
   */
  prices?: Readonly<Record<string, Prices | PriceFactor>> | undefined;
}

/** A pool resolved against the manifest: flat numbers, one entry a candidate. */
export interface Pool {
  candidates: readonly Candidate[];
  /** Columns of the network that the pool reads, without repeats; all of them where a probed candidate needs them. */
  columns: readonly number[];
  /** For each candidate, the position within `columns` of the model whose outputs it uses; −1 for probed ones. */
  sources: Int32Array;
  /** Added to the source's quality logit; 0 for measured profiles. */
  logitShifts: Float64Array;
  /** Standard deviation, in logits, of what is not known of a profile: 0 for measured ones, row by row for probed ones. */
  profileDeviations: Float64Array;
  /**
   * USD for each unit of the exponentiated cost output: the price of a token out times smearing and the token factor or shift of a
   * profile that is not measured, or the price factor of a cost that was learnt in USD. NaN where no price is known.
   */
  usdPerAmount: Float64Array;
  /** USD per token; NaN where no price is known. For candidates predicted in USD: 0 and 1. */
  inputPricesUsd: Float64Array;
  outputPricesUsd: Float64Array;
}

/** @throws OneheadError "unknown-model" naming the id; "invalid-argument" for an empty pool, a repeat or a bad price */
export function resolvePool(artifact: Artifact, options: PoolOptions): Pool {
  const { manifest } = artifact;
  if (options.models !== undefined && !Array.isArray(options.models)) {
    throw invalidArgument("pool: models", options.models, "a list of ids");
  }
  assertKnownPrices(manifest, options.prices);
  const ids = options.models ?? manifest.defaultPool ?? manifest.candidates.map(({ id }) => id);
  if (ids.length === 0) throw invalidArgument("pool: models", "empty", "at least one");
  const candidates = ids.map((id) => withPrices(namedCandidate(manifest, id), options.prices));
  assertDistinct(candidates);

  const columns = columnsRead(manifest, candidates);
  const count = candidates.length;
  const pool: Pool = {
    candidates,
    columns,
    sources: new Int32Array(count),
    logitShifts: new Float64Array(count),
    profileDeviations: new Float64Array(count),
    usdPerAmount: new Float64Array(count),
    inputPricesUsd: new Float64Array(count),
    outputPricesUsd: new Float64Array(count),
  };
  candidates.forEach((candidate, i) => {
    const { profile, prices } = candidate;
    pool.sources[i] = profile.kind === "probed" ? -1 : columns.indexOf(columnOf(manifest, candidate));
    pool.logitShifts[i] = profile.kind === "inherited" ? profile.qualityLogitShift : 0;
    pool.profileDeviations[i] = profile.kind === "inherited" ? inheritedLogitDeviation : 0;
    const inUsd = candidate.costKind === "usd";
    pool.inputPricesUsd[i] = inUsd ? 0 : (prices?.inputUsdPerMillionTokens ?? Number.NaN) / 1e6;
    pool.outputPricesUsd[i] = inUsd ? 1 : (prices?.outputUsdPerMillionTokens ?? Number.NaN) / 1e6;
    const price = inUsd ? (candidate.priceFactor ?? 1) : pool.outputPricesUsd[i];
    pool.usdPerAmount[i] = candidate.smearing * costFactorOf(profile) * price;
  });
  return pool;
}

/** Columns behind the candidates, without repeats; all in their order where one is probed. */
function columnsRead(manifest: Manifest, candidates: readonly Candidate[]): number[] {
  if (candidates.some(({ profile }) => profile.kind === "probed")) {
    return Array.from(manifest.candidates.filter(({ profile }) => profile.kind === "measured").keys());
  }
  return [...new Set(candidates.map((candidate) => columnOf(manifest, candidate)))];
}

/** Column of a measured candidate, or of the relative of an inherited one: measured candidates stand first. */
function columnOf(manifest: Manifest, { id, profile }: Candidate): number {
  const source = profile.kind === "inherited" ? profile.from : id;
  return manifest.candidates.findIndex((candidate) => candidate.id === source);
}

function costFactorOf(profile: Profile): number {
  if (profile.kind === "inherited") return profile.outputTokensFactor;
  return profile.kind === "probed" ? Math.exp(profile.costShift) : 1;
}

/** The candidate with this id or, where it is nobody's id, alias. */
function namedCandidate({ candidates }: Manifest, name: string): Candidate {
  const called = candidates.find(({ aliases }) => aliases?.includes(name));
  return findCandidate("pool", candidates, candidates.some(({ id }) => id === name) ? name : (called?.id ?? name));
}

function withPrices(candidate: Candidate, prices: PoolOptions["prices"]): Candidate {
  if (prices === undefined || !Object.hasOwn(prices, candidate.id)) return candidate;
  const where = `pool: prices.${candidate.id}`;
  const given = prices[candidate.id] as Prices & Partial<PriceFactor>;
  const factor = given?.factor;
  if (factor !== undefined) {
    if (Object.keys(given).length > 1) throw invalidArgument(where, "factor and prices", "one of them");
    return withFactor(candidate, factor, where);
  }
  if (candidate.costKind === "usd") {
    const found = "its cost was learnt in USD, without tokens";
    throw invalidArgument(where, found, "{ factor }, what it costs now times that");
  }
  assertPrices(where, given);
  return { ...candidate, prices: { ...given } };
}

function withFactor(candidate: Candidate, factor: unknown, where: string): Candidate {
  if (typeof factor !== "number" || !(factor > 0 && factor < Number.POSITIVE_INFINITY)) {
    throw invalidArgument(`${where}.factor`, factor, "a number above 0");
  }
  // factors add up over time, and what has become 0 or Infinity can never be undone
  const times = (price: number): number => {
    const product = price * factor;
    if (product < Number.POSITIVE_INFINITY && product > 0 === price > 0) return product;
    throw invalidArgument(`${where}.factor`, factor, `one that keeps ${price} finite and above 0`);
  };
  const { costKind, prices, priceFactor = 1 } = candidate;
  if (costKind === "usd") return { ...candidate, priceFactor: times(priceFactor) };
  if (prices === undefined) {
    throw invalidArgument(`${where}.factor`, factor, "prices, as no price is known that it would change");
  }
  // where the price was read, and when, is no longer true
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = prices;
  return {
    ...candidate,
    prices: { inputUsdPerMillionTokens: times(input), outputUsdPerMillionTokens: times(output) },
  };
}

function assertDistinct(candidates: readonly Candidate[]): void {
  const ids = candidates.map(({ id }) => id);
  for (const [i, id] of ids.entries()) {
    if (ids.indexOf(id) < i) throw invalidArgument("pool: models", `${id} twice`, "each once");
  }
}

function assertKnownPrices(manifest: Manifest, prices: PoolOptions["prices"]): void {
  if (prices === undefined) return;
  assertObject("pool: prices", prices, "an object by id");
  for (const id of Object.keys(prices)) findCandidate("pool: prices", manifest.candidates, id);
}
