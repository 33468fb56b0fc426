import type { TrainingBackend } from "@onehead/core/training";
import { createNetwork, type NetworkInputs } from "../network/create-network.js";
import type { Network } from "../network/network.js";
import type { TrainingSettings } from "../settings/training-settings.js";
import { type LabelledRows, type MemberState, MemberTrainer } from "./member-trainer.js";
import type { ShardGroup } from "./shard-group.js";

/** All that a member's training depends on. */
export interface MemberInput {
  member: number;
  settings: TrainingSettings;
  networkInputs: NetworkInputs;
  training: LabelledRows;
  validation: LabelledRows;
  /** Where a run that was stopped goes on. */
  state: MemberState | undefined;
}

/** The trainer of a fresh network, or where an earlier run stopped. */
export function startMember(
  { member, settings, networkInputs, training, validation, state }: MemberInput,
  backend: TrainingBackend,
  groupOf: (network: Network) => ShardGroup,
): { network: Network; trainer: MemberTrainer } {
  const network = createNetwork(settings, networkInputs, member, backend);
  const { dimensions, models } = networkInputs;
  const group = groupOf(network);
  const trainer = new MemberTrainer(network, training, validation, settings, member, dimensions, models, group);
  if (state !== undefined) trainer.restore(state);
  return { network, trainer };
}
