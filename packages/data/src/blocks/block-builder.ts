import { estimateTokens, OneheadError } from "@onehead/core";
import { describeValue } from "../errors/describe-value.js";
import { type InputPosition, idKinds, type RowBlock } from "./row-block.js";

/** An id as the input writes it. */
export interface RowId {
  text: string;
  kind: number;
}

/** One row as a reader found it; what is not there is undefined or null. */
export interface FoundRow {
  place: number;
  id: RowId | OneheadError | null;
  embedding: unknown;
  prompt: unknown;
  inputTokens: unknown;
}

/** What of the options for all formats is used here. */
export interface BuilderOptions {
  dimensions: number;
  blockRows: number;
  boundaryRows: number;
  inputTokens: number | undefined;
}

/** Gathers rows of text to blocks, checks each, and notes what is wrong with those that cannot be scored. */
export class BlockBuilder {
  readonly #dimensions: number;
  readonly #capacity: number;
  readonly #boundary: number;
  readonly #defaultTokens: number | undefined;
  #rows = 0;
  /** Rows of this block at most, and left up to the next boundary. */
  #limit: number;
  #left: number;
  #places: Float64Array;
  #ids: string[] = [];
  #idKinds: Uint8Array;
  #embeddings: Float32Array;
  #inputTokens: Float64Array;
  #prompts: Array<string | undefined> | null = null;
  #problems = new Map<number, OneheadError>();

  constructor({ dimensions, blockRows: capacity, boundaryRows, inputTokens }: BuilderOptions) {
    this.#dimensions = dimensions;
    this.#capacity = capacity;
    this.#boundary = boundaryRows;
    this.#left = boundaryRows;
    this.#limit = Math.min(capacity, boundaryRows);
    this.#defaultTokens = inputTokens;
    this.#places = new Float64Array(capacity);
    this.#idKinds = new Uint8Array(capacity);
    this.#embeddings = new Float32Array(capacity * dimensions);
    this.#inputTokens = new Float64Array(capacity);
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows === this.#limit;
  }

  add({ place, id, embedding, prompt, inputTokens }: FoundRow): void {
    const row = this.#rows;
    if (OneheadError.isInstance(id)) {
      this.addProblem(place, null, id);
      return;
    }
    const hasEmbedding = embedding !== undefined && embedding !== null;
    const problem =
      (hasEmbedding ? this.#takeEmbedding(embedding) : problemOfPrompt(prompt)) ??
      this.#takeTokens(inputTokens, prompt);
    if (problem !== null) {
      this.addProblem(place, id, this.problem("row-schema", place, problem));
      return;
    }
    if (!hasEmbedding) {
      this.#clearEmbedding();
      this.#prompts ??= [];
      this.#prompts[row] = prompt as string;
    }
    this.#begin(place, id);
  }

  /** A row that cannot be scored. */
  addProblem(place: number, id: RowId | null, problem: OneheadError): void {
    this.#clearEmbedding();
    this.#inputTokens[this.#rows] = 0;
    this.#problems.set(this.#rows, problem);
    this.#begin(place, id);
  }

  problem(code: "row-schema" | "row-format", place: number, what: string): OneheadError {
    return new OneheadError(code, `line ${place}: ${what}`);
  }

  /** The rows since the last block; null where there is none. */
  take(end: InputPosition): RowBlock | null {
    const rows = this.#rows;
    if (rows === 0) return null;
    const isFull = rows === this.#capacity;
    const prompts = this.#prompts;
    if (prompts !== null) prompts.length = rows;
    const block: RowBlock = {
      rows,
      places: this.#places.slice(0, rows),
      ids: this.#ids,
      idKinds: this.#idKinds.slice(0, rows),
      // a short block is copied, so that the room for a full one need not be made anew
      embeddings: isFull ? this.#embeddings : this.#embeddings.slice(0, rows * this.#dimensions),
      inputTokens: this.#inputTokens.slice(0, rows),
      prompts,
      problems: this.#problems,
      end,
    };
    if (isFull) this.#embeddings = new Float32Array(this.#capacity * this.#dimensions);
    this.#rows = 0;
    this.#left = rows === this.#left ? this.#boundary : this.#left - rows;
    this.#limit = Math.min(this.#capacity, this.#left);
    this.#ids = [];
    this.#prompts = null;
    this.#problems = new Map();
    return block;
  }

  #begin(place: number, id: RowId | null): void {
    const row = this.#rows++;
    this.#places[row] = place;
    this.#ids.push(id === null ? String(place) : id.text);
    this.#idKinds[row] = id === null ? idKinds.none : id.kind;
  }

  #clearEmbedding(): void {
    const D = this.#dimensions;
    this.#embeddings.fill(0, this.#rows * D, (this.#rows + 1) * D);
  }

  /** @returns what is wrong */
  #takeEmbedding(embedding: unknown): string | null {
    if (!Array.isArray(embedding)) return `embedding: ${describeValue(embedding)}, expected a list of numbers`;
    const D = this.#dimensions;
    if (embedding.length !== D) return `embedding: length is ${embedding.length}, expected ${D}`;
    const out = this.#embeddings;
    const offset = this.#rows * D;
    for (let k = 0; k < D; k++) {
      const value: unknown = embedding[k];
      if (typeof value !== "number") return `embedding[${k}]: ${describeValue(value)}, expected a number`;
      out[offset + k] = value;
      // also what is too large for a float32
      if (!Number.isFinite(out[offset + k])) return `embedding[${k}]: ${value}, expected a finite float32`;
    }
    return null;
  }

  #takeTokens(given: unknown, prompt: unknown): string | null {
    let tokens = given ?? this.#defaultTokens;
    if (tokens === undefined) {
      if (typeof prompt !== "string") return "inputTokens: missing, expected a count beside an embedding";
      tokens = estimateTokens(prompt);
    }
    if (!isCount(tokens)) return `inputTokens: ${describeValue(tokens)}, expected a number of at least 0`;
    this.#inputTokens[this.#rows] = tokens;
    return null;
  }
}

export function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY;
}

function problemOfPrompt(prompt: unknown): string | null {
  if (prompt === undefined || prompt === null) return "embedding and prompt: missing, expected one of them";
  if (typeof prompt !== "string") return `prompt: ${describeValue(prompt)}, expected text`;
  return prompt === "" ? "prompt: empty, expected text" : null;
}
