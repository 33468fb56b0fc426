import { Buffer } from "node:buffer";
import type { Candidate } from "@onehead/core";
import { idKinds } from "@onehead/data";
import { problemOf, type ScoredRows } from "../score-blocks.js";
import { TextOutput } from "./text-output.js";

/** `{"id": …, "model": …, "predictedQuality": …, "predictedCostUsd": …, "reward": …}` a line. */
export class JsonLinesOutput extends TextOutput {
  /** What stands between id and quality, by candidate. */
  readonly #models: readonly string[];
  /** What the number of a row counts: "line" or "row". */
  readonly #place: string;

  constructor(candidates: readonly Candidate[], place: "line" | "row") {
    super();
    this.#models = candidates.map(({ id }) => `,"model":${JSON.stringify(id)},"predictedQuality":`);
    this.#place = place;
  }

  begin(): Uint8Array {
    return Buffer.alloc(0);
  }

  protected text(scored: ScoredRows, start: number, end: number): string {
    const { block, index, predictedQuality, predictedCostUsd, reward } = scored;
    const { ids, idKinds: kinds } = block;
    const models = this.#models;
    let text = "";
    for (let row = start; row < end; row++) {
      const problem = problemOf(scored, row);
      const id = kinds[row] === idKinds.text ? JSON.stringify(ids[row]) : ids[row];
      if (problem === undefined) {
        text += `{"id":${id}${models[index[row]]}${predictedQuality[row]},"predictedCostUsd":${predictedCostUsd[row]},"reward":${reward[row]}}\n`;
        continue;
      }
      const { code, message } = problem;
      const given = kinds[row] === idKinds.none ? "" : `,"id":${id}`;
      text += `{"${this.#place}":${block.places[row]}${given},"error":${JSON.stringify({ code, message })}}\n`;
    }
    return text;
  }
}
