import { hashBytes } from "@onehead/core";
import { type EmbedderTensors, fail, parseCount, parseFloats, parseWeight } from "../artifact/parse-fields.js";
import type { EmbedderConfig } from "../trained/embedder-tables.js";
import type { ExternalBlock } from "./external-block.js";

export const joinedKind = "joined";

/** Raised whenever the block changes meaning: vectors of two versions do not compare. */
const joinedVersion = 1;

/** What an artifact says of the embedder that lives outside of it; never a key or an address. */
export interface ExternalConfig {
  readonly id: string;
  readonly dimensions: number;
  readonly provider: string | null;
  readonly model: string | null;
  readonly weight: number;
  readonly components: number;
  /** false where vectors are taken whole */
  readonly projected: boolean;
}

/** The part of a manifest that describes a joined embedder: plain JSON. */
export interface JoinedConfig {
  readonly kind: string;
  readonly version: number;
  /** `joined/<dimensions>/<8 hex digits>`: checked against the tables when they are loaded */
  readonly id: string;
  /** null where the external embedder stands alone */
  readonly trained: EmbedderConfig | null;
  readonly external: ExternalConfig;
}

/** The trained part as far as it names the joined embedder. */
export type NamedPart = { readonly id: string; readonly dimensions: number } | null;

/** D */
export function joinedDimensions(trained: NamedPart, block: ExternalBlock): number {
  return (trained?.dimensions ?? 0) + block.components;
}

/** Names the joined function: its parts' ids and everything that decides the block. */
export function joinedId(trained: NamedPart, block: ExternalBlock): string {
  const { id, dimensions: X, weight, components, mean, projection } = block;
  const settings = JSON.stringify([joinedVersion, trained?.id ?? null, id, X, weight, components]);
  let hash = hashBytes(new TextEncoder().encode(settings));
  for (const table of [mean, projection ?? new Float32Array()]) {
    hash = hashBytes(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), hash);
  }
  return `${joinedKind}/${joinedDimensions(trained, block)}/${hash.toString(16).padStart(8, "0")}`;
}

export function blockToTensors(block: ExternalBlock): { external: ExternalConfig; tensors: EmbedderTensors } {
  const { id, dimensions, origin, weight, components, mean, projection } = block;
  return {
    external: {
      id,
      dimensions,
      provider: origin?.provider ?? null,
      model: origin?.model ?? null,
      weight,
      components,
      projected: projection !== null,
    },
    tensors: {
      externalMean: { shape: [dimensions], data: mean },
      ...(projection === null ? {} : { externalProjection: { shape: [dimensions, components], data: projection } }),
    },
  };
}

export function joinedConfig(id: string, trained: EmbedderConfig | null, external: ExternalConfig): JoinedConfig {
  return { kind: joinedKind, version: joinedVersion, id, trained, external };
}

/** Checks an untrusted manifest part. Throws OneheadError `artifact`. */
export function parseJoinedConfig(value: unknown): { id: string; trained: unknown; external: ExternalConfig } {
  const config = fieldsOf("config", value);
  if (config["kind"] !== joinedKind) fail("kind", config["kind"], `"${joinedKind}"`);
  if (config["version"] !== joinedVersion) fail("version", config["version"], `${joinedVersion}`);
  const external = fieldsOf("external", config["external"]);
  return {
    id: parseText("id", config["id"]),
    trained: config["trained"] ?? null,
    external: {
      id: parseText("external.id", external["id"]),
      dimensions: parseCount("external.dimensions", external["dimensions"]),
      provider: external["provider"] === null ? null : parseText("external.provider", external["provider"]),
      model: external["model"] === null ? null : parseText("external.model", external["model"]),
      weight: parseWeight("external.weight", external["weight"]),
      components: parseCount("external.components", external["components"]),
      projected: external["projected"] === true,
    },
  };
}

/** Checks untrusted tensors against their config. Throws OneheadError `artifact`. */
export function parseBlock(external: ExternalConfig, tensors: EmbedderTensors): ExternalBlock {
  const { id, dimensions, provider, model, weight, components, projected } = external;
  if (!projected && components !== dimensions)
    fail("external.components", components, `${dimensions}, as many as dimensions`);
  return {
    id,
    dimensions,
    origin: provider === null || model === null ? null : { provider, model },
    weight,
    components,
    mean: parseFloats(tensors, "externalMean", [dimensions]),
    projection: projected ? parseFloats(tensors, "externalProjection", [dimensions, components]) : null,
  };
}

function fieldsOf(field: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) fail(field, typeof value, "an object");
  return value as Record<string, unknown>;
}

function parseText(field: string, value: unknown): string {
  if (typeof value !== "string") fail(field, typeof value, "a string");
  return value;
}
