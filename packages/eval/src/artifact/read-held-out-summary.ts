import { ArtifactError, type Manifest } from "@onehead/core";
import { FieldReader } from "@onehead/core/external";
import type { HeldOutSummary } from "./held-out-summary.js";

/**
 * The held-out figures that a manifest keeps, checked before they are shown; null where it keeps none.
 *
 * @throws ArtifactError naming the field: core leaves `manifest.evaluation` to those who display it
 */
export function readHeldOutSummary({ evaluation }: Pick<Manifest, "evaluation">): HeldOutSummary | null {
  if (evaluation === undefined) return null;
  const summary = new FieldReader(evaluation, "manifest.evaluation");
  summary.oneOf("schemaVersion", 1);
  for (const set of summary.objects("sets")) assertSet(set);
  return evaluation as unknown as HeldOutSummary;
}

function assertSet(set: FieldReader): void {
  set.text("name");
  set.count("rows", 0);
  set.count("models", 0);
  const aiq = set.object("aiq");
  for (const router of aiq.names()) aiq.number(router);
  for (const curve of set.objects("curves")) {
    curve.text("router");
    curve.list("points").forEach((point, i) => {
      if (Array.isArray(point) && point.length === 2 && point.every(Number.isFinite)) return;
      throw new ArtifactError(`${curve.path}.points[${i}]`, "not two finite numbers");
    });
  }
  for (const single of set.objects("singles")) {
    single.text("model");
    single.number("meanCostUsd", 0);
    single.number("meanQuality", 0, 1);
  }
}
