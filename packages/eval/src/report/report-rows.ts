import type { CurveResult, EvaluationResult, RouterResult } from "../evaluation/evaluation-result.js";

/** One line of the table of routers, the same in every report. */
export interface ReportRow {
  id: string;
  name: string;
  kind: "subject" | "variant" | "baseline" | "reference";
  curve: CurveResult | null;
  /** What only routers have; null for the pool's own references. */
  router: RouterResult | null;
  /** Subject's AIQ less this one's; null for the subject. */
  difference: EvaluationResult["comparisons"][number] | null;
}

/** Routers by falling AIQ (as given where there are no curves), then what is none: zero router, random mix, references, oracle. */
export function reportRows(result: EvaluationResult): ReportRow[] {
  const differenceTo = new Map(result.comparisons.map((comparison) => [comparison.against, comparison]));
  const routers = result.routers.map(
    (router): ReportRow => ({
      id: router.id,
      name: router.name,
      kind: router.role,
      curve: router.curve,
      router,
      difference: differenceTo.get(router.id) ?? null,
    }),
  );
  routers.sort((a, b) => (b.curve?.aiq.value ?? 0) - (a.curve?.aiq.value ?? 0));
  const own = routers.filter(({ kind }) => kind !== "reference");
  const others = routers.filter(({ kind }) => kind === "reference");
  if (result.pool === null) return [...own, ...others];
  const reference = (id: string, name: string, curve: CurveResult): ReportRow => ({
    id,
    name,
    kind: "reference",
    curve,
    router: null,
    difference: differenceTo.get(id) ?? null,
  });
  return [
    ...own,
    reference("zero", "zero router", result.pool.zeroRouter),
    reference("random", "random mix", result.pool.randomMix),
    ...others,
    reference("oracle", "oracle", result.pool.oracle),
  ];
}

/** The router under test; an evaluation has exactly one. */
export function subjectOf(result: EvaluationResult): RouterResult {
  return result.routers.find(({ role }) => role === "subject")!;
}

/** Models by rising mean cost, numbered from 1 as in pictures; none without complete rows. */
export function numberedModels(result: EvaluationResult) {
  const models = [...(result.pool?.singleModels ?? [])];
  models.sort((a, b) => a.costUsd - b.costUsd || b.quality - a.quality);
  return models.map((model, index) => ({ ...model, number: index + 1 }));
}
