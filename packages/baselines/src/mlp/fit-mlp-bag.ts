import { OneheadError } from "@onehead/core";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { mlpPredictor } from "./stored-mlps.js";
import { trainJointMlp } from "./train-joint-mlp.js";
import { describeSetting, type TunedMlp, tuneJointMlp } from "./tune-joint-mlp.js";

/**
 * Mean probability of `members` joint MLPs of the tuned setting that differ in their random draws only.
 *
 * @param tuned as for `fitJointMlp`
 * @throws as `tuneJointMlp`; OneheadError "invalid-argument" for fewer than one member
 * Source: Lakshminarayanan et al. 2017 (arXiv 1612.01474), deep ensembles
 */
export async function fitMlpBag(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions & { members: number },
  tuned?: TunedMlp,
): Promise<QualityPredictor> {
  const { members: count, signal } = options;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new OneheadError("invalid-argument", `fitMlpBag: members is ${count}, expected an integer of at least 1`);
  }
  const { setting, first, scaling, task } = tuned ?? (await tuneJointMlp(train, validation, options));
  const members = [first];
  while (members.length < count) members.push(await trainJointMlp({ ...task, member: members.length, signal }));
  const label = { id: "bag", name: `bag of ${count} MLPs, ${describeSetting(setting)}` };
  return mlpPredictor(
    label,
    members.map(({ network }) => network),
    scaling,
  );
}
