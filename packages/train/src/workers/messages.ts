import type { OneheadErrorCode } from "@onehead/core";
import type { TrainingBackend } from "@onehead/core/training";
import type { MemberInput } from "../trainer/member-task.js";
import type { EpochReport, MemberState } from "../trainer/member-trainer.js";
import type { ShardExchange } from "../trainer/shard-group.js";
import type { TaskInput, TaskName } from "./tasks.js";

/** What a thread is started with. */
export interface ThreadData {
  backend: TrainingBackend["name"];
}

/** A member's training on one thread of a group. */
export interface MemberJob {
  kind: "member";
  input: MemberInput;
  rank: number;
  /** Null for a group of one. */
  exchange: ShardExchange | null;
}

export type Job = MemberJob | { [Name in TaskName]: { kind: "task"; name: Name; input: TaskInput<Name> } }[TaskName];

/** What an epoch of a member came to; the thread waits for the answer that it may go on. */
export interface EpochEnd {
  report: EpochReport | null;
  bestValidationLoss: number;
  finished: boolean;
  state: MemberState;
}

/** To a thread. */
export type ToThread = { id: number; job: Job } | { id: number; goOn: true };

/** From a thread. */
export type FromThread =
  | { id: number; epoch: EpochEnd }
  | { id: number; result: unknown }
  | { id: number; failure: { code: OneheadErrorCode | null; message: string } };
