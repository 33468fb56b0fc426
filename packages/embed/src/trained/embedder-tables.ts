import { type Backend, hashBytes, hashTensor, jsBackend } from "@onehead/core";
import {
  type EmbedderTensors,
  type FloatTensor,
  fail,
  parseCount,
  parseFloats,
  parseFloatTensor,
  parseShape,
  parseWeight,
} from "../artifact/parse-fields.js";
import { plainFeatureNames } from "../plain/plain-features.js";
import { findDescent } from "../sparse/hash-index.js";
import type { PlainStatistics } from "./plain-block.js";
import { roundToFloat16 } from "./round-to-float16.js";

export const embedderKind = "tfidf-svd";

/** Raised whenever tokens, weights or plain features change meaning: vectors of two versions do not compare. */
const embedderVersion = 2;

/** All that a trained embedder knows. Every float in it is a half-precision value. */
export interface EmbedderTables {
  readonly kind: typeof embedderKind;
  /** C, columns of the projection */
  readonly components: number;
  /** length of the plain block beside a text block of length 1 */
  readonly plainWeight: number;
  /** (F) ascending */
  readonly hashes: Uint32Array;
  /** (F) */
  readonly inverseDocumentFrequency: Float32Array;
  /** (F, C) */
  readonly projection: FloatTensor;
  readonly plain: PlainStatistics;
  /** word vectors of a table that lives outside of the artifact, or none */
  readonly static: StaticBlock | null;
  /** G, cells of the character n-grams of unknown words; 0 for none */
  readonly gramDimensions: number;
  /** length of that block for a text without a known word */
  readonly gramWeight: number;
}

/** How a {@link StaticTable} enters the vector. */
export interface StaticBlock {
  /** id of the table */
  readonly table: string;
  /** S */
  readonly dimensions: number;
  /** length of the block */
  readonly weight: number;
  /** (S) mean over the training texts */
  readonly mean: Float32Array;
}

/** The part of a manifest that describes the embedder: plain JSON. */
export interface EmbedderConfig {
  readonly kind: string;
  readonly version: number;
  /** `<kind>/<dimensions>/<8 hex digits over the tables>`: checked against the tables when they are loaded */
  readonly id: string;
  readonly components: number;
  readonly features: number;
  readonly plainWeight: number;
  /** names of the vector's last cells, in order */
  readonly plainFeatures: readonly string[];
  readonly static: Omit<StaticBlock, "mean"> | null;
  readonly gramDimensions: number;
  readonly gramWeight: number;
}

/** D */
export function dimensionsOf(tables: EmbedderTables): number {
  return tables.components + (tables.static?.dimensions ?? 0) + tables.gramDimensions + plainFeatureNames.length;
}

/** Names the function from texts to vectors: other tables, another name. */
export function embedderIdOf(tables: EmbedderTables, backend: Backend = jsBackend): string {
  return `${tables.kind}/${dimensionsOf(tables)}/${fingerprint(tables, backend)}`;
}

/** 8 hex digits over everything that decides a vector; byte order does not matter, every runtime is little-endian. */
function fingerprint(tables: EmbedderTables, backend: Backend): string {
  const settings = new TextEncoder().encode(
    JSON.stringify([
      embedderVersion,
      tables.components,
      tables.plainWeight,
      plainFeatureNames,
      staticConfig(tables),
      tables.gramDimensions,
      tables.gramWeight,
    ]),
  );
  const vectors = [
    tables.hashes,
    tables.inverseDocumentFrequency,
    tables.plain.mean,
    tables.plain.deviation,
    tables.static?.mean ?? new Float32Array(),
  ];
  const ofVectors = vectors.reduce(
    (before, { buffer, byteOffset, byteLength }) =>
      hashBytes(new Uint8Array(buffer, byteOffset, byteLength), before, backend),
    hashBytes(settings),
  );
  return hashTensor(tables.projection, ofVectors, backend).toString(16).padStart(8, "0");
}

/** Rounds every float table to half precision, so that training sees exactly what a stored artifact will serve. */
export function roundTables(tables: EmbedderTables): EmbedderTables {
  return {
    ...tables,
    inverseDocumentFrequency: roundToFloat16(tables.inverseDocumentFrequency),
    projection: { ...tables.projection, data: roundToFloat16(tables.projection.data) },
    plain: { mean: roundToFloat16(tables.plain.mean), deviation: roundToFloat16(tables.plain.deviation) },
    static: tables.static === null ? null : { ...tables.static, mean: roundToFloat16(tables.static.mean) },
  };
}

function staticConfig(tables: EmbedderTables): EmbedderConfig["static"] {
  if (tables.static === null) return null;
  const { table, dimensions, weight } = tables.static;
  return { table, dimensions, weight };
}

export function tablesToTensors(
  tables: EmbedderTables,
  id: string,
): { config: EmbedderConfig; tensors: EmbedderTensors } {
  const features = tables.hashes.length;
  const plainCount = plainFeatureNames.length;
  return {
    config: {
      kind: tables.kind,
      version: embedderVersion,
      id,
      components: tables.components,
      features,
      plainWeight: tables.plainWeight,
      plainFeatures: [...plainFeatureNames],
      static: staticConfig(tables),
      gramDimensions: tables.gramDimensions,
      gramWeight: tables.gramWeight,
    },
    tensors: {
      hashes: { shape: [features], data: tables.hashes },
      inverseDocumentFrequency: { shape: [features], data: tables.inverseDocumentFrequency },
      projection: tables.projection,
      plainMean: { shape: [plainCount], data: tables.plain.mean },
      plainDeviation: { shape: [plainCount], data: tables.plain.deviation },
      ...(tables.static === null
        ? {}
        : { staticMean: { shape: [tables.static.dimensions], data: tables.static.mean } }),
    },
  };
}

/** Checks an untrusted manifest part. Throws OneheadError `artifact`. */
export function parseConfig(value: unknown): EmbedderConfig {
  if (typeof value !== "object" || value === null) fail("config", typeof value, "an object");
  const config = value as Record<string, unknown>;
  if (config["kind"] !== embedderKind) fail("kind", config["kind"], `"${embedderKind}"`);
  if (config["version"] !== embedderVersion) fail("version", config["version"], `${embedderVersion}`);
  const names = config["plainFeatures"];
  if (!Array.isArray(names) || names.length !== plainFeatureNames.length) {
    fail("plainFeatures", Array.isArray(names) ? names.length : typeof names, `${plainFeatureNames.length} names`);
  }
  for (const [place, name] of plainFeatureNames.entries()) {
    if (names[place] !== name) fail(`plainFeatures[${place}]`, names[place], `"${name}"`);
  }
  const id = config["id"];
  if (typeof id !== "string") fail("id", typeof id, "a string");
  return {
    kind: embedderKind,
    version: embedderVersion,
    id,
    components: parseCount("components", config["components"]),
    features: parseCount("features", config["features"]),
    plainWeight: parseWeight("plainWeight", config["plainWeight"]),
    plainFeatures: plainFeatureNames,
    static: parseStatic(config["static"]),
    gramDimensions: parseCount("gramDimensions", config["gramDimensions"]),
    gramWeight: parseWeight("gramWeight", config["gramWeight"]),
  };
}

function parseStatic(value: unknown): EmbedderConfig["static"] {
  if (value === null) return null;
  if (typeof value !== "object") fail("static", typeof value, "an object or null");
  const { table, dimensions, weight } = value as Record<string, unknown>;
  if (typeof table !== "string") fail("static.table", typeof table, "a string");
  return {
    table,
    dimensions: parseCount("static.dimensions", dimensions),
    weight: parseWeight("static.weight", weight),
  };
}

/** Checks untrusted tensors against their config. Throws OneheadError `artifact`. */
export function parseTensors(config: EmbedderConfig, tensors: EmbedderTensors): EmbedderTables {
  const { components, features } = config;
  const plainCount = plainFeatureNames.length;
  return {
    kind: embedderKind,
    components,
    plainWeight: config.plainWeight,
    hashes: parseHashes(tensors, features),
    inverseDocumentFrequency: parseFloats(tensors, "inverseDocumentFrequency", [features]),
    projection: parseFloatTensor(tensors, "projection", [features, components]),
    plain: {
      mean: parseFloats(tensors, "plainMean", [plainCount]),
      deviation: parseFloats(tensors, "plainDeviation", [plainCount]),
    },
    static:
      config.static === null
        ? null
        : { ...config.static, mean: parseFloats(tensors, "staticMean", [config.static.dimensions]) },
    gramDimensions: config.gramDimensions,
    gramWeight: config.gramWeight,
  };
}

function parseHashes(tensors: EmbedderTensors, features: number): Uint32Array {
  const { data } = parseShape(tensors, "hashes", [features]);
  if (!(data instanceof Uint32Array)) fail("hashes", "floats", "unsigned 32-bit integers");
  const descent = findDescent(data);
  if (descent >= 0) fail(`hashes[${descent}]`, data[descent], `more than ${data[descent - 1]}`);
  return data;
}
