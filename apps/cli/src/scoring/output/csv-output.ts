import { Buffer } from "node:buffer";
import type { Candidate } from "@onehead/core";
import { idKinds } from "@onehead/data";
import { problemOf, type ScoredRows } from "../score-blocks.js";
import { TextOutput } from "./text-output.js";

/** CSV (RFC 4180, but with line feeds) with a header; `error` is empty where there is a choice. */
export class CsvOutput extends TextOutput {
  readonly #models: readonly string[];

  constructor(candidates: readonly Candidate[]) {
    super();
    this.#models = candidates.map(({ id }) => quoted(id));
  }

  begin(): Uint8Array {
    return Buffer.from("id,model,predictedQuality,predictedCostUsd,reward,error\n");
  }

  protected text(scored: ScoredRows, start: number, end: number): string {
    const { block, index, predictedQuality, predictedCostUsd, reward } = scored;
    const { ids, idKinds: kinds } = block;
    let text = "";
    for (let row = start; row < end; row++) {
      const problem = problemOf(scored, row);
      const id = kinds[row] === idKinds.text ? quoted(ids[row]) : ids[row];
      text +=
        problem === undefined
          ? `${id},${this.#models[index[row]]},${predictedQuality[row]},${predictedCostUsd[row]},${reward[row]},\n`
          : `${id},,,,,${quoted(`${problem.code}: ${problem.message}`)}\n`;
    }
    return text;
  }
}

/** A cell that means itself: quoted where it holds what ends a cell. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
