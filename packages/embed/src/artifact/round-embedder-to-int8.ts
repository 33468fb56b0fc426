import { type Artifact, type JsonValue, parseSafetensors, writeSafetensors } from "@onehead/core";
import {
  blockToTensors,
  joinedConfig,
  joinedDimensions,
  joinedId,
  joinedKind,
  parseBlock,
  parseJoinedConfig,
} from "../joined/joined-tables.js";
import {
  dimensionsOf,
  type EmbedderConfig,
  type EmbedderTables,
  embedderIdOf,
  embedderKind,
  parseConfig,
  parseTensors,
  tablesToTensors,
} from "../trained/embedder-tables.js";
import { assertNamed, embedderPrefix, embedderTensors } from "./embedder-of.js";
import { assertStoredId, type EmbedderTensors } from "./parse-fields.js";

const where = "roundEmbedderToInt8";

/** An embedder as an artifact describes it. */
interface Stored<Config extends object = object> {
  id: string;
  dimensions: number;
  config: Config;
  tensors: EmbedderTensors;
}

/**
 * The artifact with its embedder's projections rounded to int8, a scale a row, so that `serializeArtifact` can store them in a
 * quarter of float32.
 *
 * What comes back is another embedder and has another id, the hash of its own tables: nothing that was embedded with the one is
 * taken for the other's. The same artifact always gives the same one, and rounding again changes nothing. An embedder of a
 * kind that this package does not know is left as it is.
 *
 * @throws OneheadError "artifact" for damaged tables, "embedder-mismatch" when they are not the ones that the router was
 *   trained with
 */
export function roundEmbedderToInt8(artifact: Artifact): Artifact {
  const { kind, config, id, dimensions } = artifact.manifest.embedder;
  if (kind !== embedderKind && kind !== joinedKind) return artifact;
  const tensors = embedderTensors(artifact);
  const round = kind === joinedKind ? roundJoined : roundTrained;
  const [before, rounded] = round(config, tensors);
  assertNamed(artifact, before);
  if (rounded.id === id) return artifact;
  const stored = Object.entries(rounded.tensors).map(([name, tensor]) => [embedderPrefix + name, tensor] as const);
  const described = JSON.parse(JSON.stringify(rounded.config)) as JsonValue;
  return {
    manifest: { ...artifact.manifest, embedder: { id: rounded.id, kind, dimensions, config: described } },
    tensors: new Map([...artifact.tensors, ...stored]),
  };
}

interface Named {
  id: string;
  dimensions: number;
}

/** What the tables were, and what is made of them. */
function roundTrained(config: unknown, tensors: EmbedderTensors): [before: Named, after: Stored<EmbedderConfig>] {
  const parsed = parseConfig(config);
  const tables = parseTensors(parsed, tensors);
  const before = { id: embedderIdOf(tables), dimensions: dimensionsOf(tables) };
  assertStoredId(where, parsed.id, before.id);
  const { shape, data } = tables.projection;
  const projection = { shape, data: roundRows(data, tables.components) };
  const rounded: EmbedderTables = { ...tables, projection };
  const id = embedderIdOf(rounded);
  return [before, { ...before, id, ...tablesToTensors(rounded, id) }];
}

function roundJoined(config: unknown, tensors: EmbedderTensors): [before: Named, after: Stored] {
  const parsed = parseJoinedConfig(config);
  const block = parseBlock(parsed.external, tensors);
  const [trained, after] = parsed.trained === null ? [null, null] : roundTrained(parsed.trained, tensors);
  const before = { id: joinedId(trained, block), dimensions: joinedDimensions(trained, block) };
  assertStoredId(where, parsed.id, before.id);
  const { projection, components } = block;
  const rounded = { ...block, projection: projection === null ? null : roundRows(projection, components) };
  const { external, tensors: own } = blockToTensors(rounded);
  const id = joinedId(after, rounded);
  return [
    before,
    {
      ...before,
      id,
      config: joinedConfig(id, after?.config ?? null, external),
      tensors: { ...after?.tensors, ...own },
    },
  ];
}

/** (R, columns) as an int8 file gives it back. */
function roundRows(data: Float32Array, columns: number): Float32Array {
  if (data.length === 0) return data;
  const projection = { shape: [data.length / columns, columns], data };
  const file = writeSafetensors({}, new Map([["projection", projection]]), () => "I8");
  return parseSafetensors(file).tensors.get("projection")?.data as Float32Array;
}
