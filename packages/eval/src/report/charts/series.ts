import type { CostQualityPoint } from "../../curve/cost-quality-point.js";
import type { EvaluationResult } from "../../evaluation/evaluation-result.js";
import { reportRows } from "../report-rows.js";

/** A curve as pictures show it. */
export interface Series {
  id: string;
  name: string;
  /** Style sheet class: colour, width and dash. */
  className: string;
  points: readonly CostQualityPoint[];
  hull: readonly CostQualityPoint[];
  aiq: number;
}

/** Colours that rivals share out; the tenth rival starts again, with dashes. */
const rivalColors = 9;

/**
 * The curves of an evaluation, in the order of drawing, the subject on top: oracle, zero router, rivals (better
 * ones later), variants, subject.
 */
export function seriesOf(result: EvaluationResult): Series[] {
  let rival = 0;
  const series = reportRows(result).flatMap((row) => {
    // a single point is no curve
    if (row.curve === null || row.id === "random") return [];
    const { points, hull, aiq } = row.curve;
    const className =
      row.kind === "baseline" ? rivalClass(rival++) : `series-${row.kind === "reference" ? row.id : row.kind}`;
    return [{ id: row.id, name: row.name, className, points, hull, aiq: aiq.value, layer: layerOf(row.kind, row.id) }];
  });
  series.sort((a, b) => a.layer - b.layer || a.aiq - b.aiq);
  return series.map(({ layer, ...shown }) => shown);
}

function rivalClass(index: number): string {
  return `series-${(index % rivalColors) + 1}${index >= rivalColors ? " dashed" : ""}`;
}

function layerOf(kind: string, id: string): number {
  if (id === "oracle") return 0;
  return ["reference", "baseline", "variant", "subject"].indexOf(kind) + 1;
}
