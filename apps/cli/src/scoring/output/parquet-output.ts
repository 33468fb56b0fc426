import { Buffer } from "node:buffer";
import type { Candidate } from "@onehead/core";
import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import { problemOf, type ScoredRows } from "../score-blocks.js";
import type { ScoreOutput } from "./score-output.js";

type RowGroup = ParquetWriter["row_groups"][number];

/** The columns of a row group that is not full yet. */
class GroupColumns {
  rows = 0;
  /** One of the two. */
  readonly textIds: Uint8Array[] = [];
  readonly integerIds: BigInt64Array;
  readonly models: Array<string | null> = [];
  readonly predictedQuality: Float32Array;
  readonly predictedCostUsd: Float64Array;
  readonly reward: Float64Array;
  readonly errors: Array<string | null> = [];
  hasErrors = false;

  constructor(capacity: number, hasIntegerIds: boolean) {
    this.integerIds = new BigInt64Array(hasIntegerIds ? capacity : 0);
    this.predictedQuality = new Float32Array(capacity);
    this.predictedCostUsd = new Float64Array(capacity);
    this.reward = new Float64Array(capacity);
  }
}

/** Parquet in row groups of a fixed number of rows, so that the file does not depend on how its rows came. */
export class ParquetOutput implements ScoreOutput {
  readonly #groupRows: number;
  readonly #candidates: readonly string[];
  readonly #hasIntegerIds: boolean;
  readonly #bytes = new ByteWriter();
  readonly #file: ParquetWriter;
  #group: GroupColumns;
  #state: unknown;

  /** @param hasIntegerIds whether ids are a column of 64-bit integers; text unless they are */
  constructor(candidates: readonly Candidate[], hasIntegerIds: boolean, groupRows: number) {
    this.#groupRows = groupRows;
    this.#candidates = candidates.map(({ id }) => id);
    this.#hasIntegerIds = hasIntegerIds;
    this.#group = new GroupColumns(groupRows, hasIntegerIds);
    const schema = schemaOf(hasIntegerIds);
    this.#file = new ParquetWriter({ writer: this.#bytes, schema, statistics: false, createdBy: "onehead" });
  }

  begin(): Uint8Array {
    return this.#drain();
  }

  add(scored: ScoredRows): Uint8Array | null {
    const group = this.#group;
    const { block, index, predictedQuality, predictedCostUsd, reward } = scored;
    const { rows, ids } = block;
    const start = group.rows;
    for (let row = 0; row < rows; row++) {
      if (this.#hasIntegerIds) group.integerIds[start + row] = BigInt(ids[row]);
      else group.textIds.push(Buffer.from(ids[row]));
      const problem = problemOf(scored, row);
      group.models.push(problem === undefined ? this.#candidates[index[row]] : null);
      group.errors.push(problem === undefined ? null : `${problem.code}: ${problem.message}`);
      if (problem !== undefined) group.hasErrors = true;
    }
    group.predictedQuality.set(predictedQuality, start);
    group.predictedCostUsd.set(predictedCostUsd, start);
    group.reward.set(reward, start);
    group.rows += rows;
    return group.rows < this.#groupRows ? null : this.#writeGroup();
  }

  state(): unknown {
    return this.#state;
  }

  restore(bytes: number, states: readonly unknown[]): void {
    const groups = states.map((state) => fromJson(state) as RowGroup);
    this.#file.row_groups.push(...groups);
    for (const { num_rows: rows } of groups) this.#file.num_rows += rows;
    this.#bytes.index = 0;
    this.#bytes.offset = bytes;
  }

  finish(): Uint8Array {
    const last = this.#group.rows === 0 ? Buffer.alloc(0) : this.#writeGroup();
    void this.#file.finish();
    return Buffer.concat([last, this.#drain()]);
  }

  #writeGroup(): Uint8Array {
    const group = this.#group;
    void this.#file.write({ columnData: this.#columns(group), rowGroupSize: group.rows });
    this.#state = toJson(this.#file.row_groups[this.#file.row_groups.length - 1]);
    this.#group = new GroupColumns(this.#groupRows, this.#hasIntegerIds);
    return this.#drain();
  }

  #columns({
    rows,
    hasErrors,
    models,
    errors,
    ...group
  }: GroupColumns): Parameters<ParquetWriter["write"]>[0]["columnData"] {
    const plain = { encoding: "PLAIN", offsetIndex: false } as const;
    const ids = this.#hasIntegerIds ? group.integerIds.subarray(0, rows) : group.textIds;
    const numbers = (values: Float32Array | Float64Array): Float32Array | Float64Array | Array<number | null> => {
      const own = values.subarray(0, rows);
      // a typed array has no room for a null
      return hasErrors ? Array.from(own, (value, row) => (errors[row] === null ? value : null)) : own;
    };
    return [
      { name: "id", data: ids, ...plain },
      { name: "model", data: models, offsetIndex: false },
      { name: "predictedQuality", data: numbers(group.predictedQuality), ...plain },
      { name: "predictedCostUsd", data: numbers(group.predictedCostUsd), ...plain },
      { name: "reward", data: numbers(group.reward), ...plain },
      { name: "error", data: errors, offsetIndex: false },
    ];
  }

  #drain(): Uint8Array {
    const bytes = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return bytes;
  }
}

function schemaOf(hasIntegerIds: boolean): SchemaElement[] {
  const text = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
  const optional = { repetition_type: "OPTIONAL" } as const;
  return [
    { name: "root", num_children: 6 },
    { name: "id", ...(hasIntegerIds ? { type: "INT64" } : text), repetition_type: "REQUIRED" },
    { name: "model", ...text, ...optional },
    { name: "predictedQuality", type: "FLOAT", ...optional },
    { name: "predictedCostUsd", type: "DOUBLE", ...optional },
    { name: "reward", type: "DOUBLE", ...optional },
    { name: "error", ...text, ...optional },
  ];
}

/** A row group's metadata has numbers of 64 bits, which JSON does not. */
function toJson(group: RowGroup): unknown {
  return JSON.parse(JSON.stringify(group, (_, value) => (typeof value === "bigint" ? { n: String(value) } : value)));
}

function fromJson(state: unknown): unknown {
  const isNumber = (value: unknown): value is { n: string } =>
    typeof value === "object" && value !== null && "n" in value && typeof value.n === "string";
  return JSON.parse(JSON.stringify(state), (_, value: unknown) => (isNumber(value) ? BigInt(value.n) : value));
}
