import { fitClusterAttention } from "../clusters/fit-cluster-attention.js";
import { estimateCovariance, fitCandidates } from "../kernel/kernel-candidates.js";
import type { TaskContext } from "./task-context.js";

/** The parts of training that depend on nothing but their input, so that they may run on any thread; inputs and outputs can be cloned. */
const tasks = { estimateCovariance, fitCandidates, fitClusterAttention };

type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;

/** Runs tasks, on the calling thread or on others. */
export interface TaskRunner {
  /** What the calling thread computes with. */
  readonly local: TaskContext;
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>>;
}

/** Runs every task on the calling thread, when it is asked for. */
export function localTasks(local: TaskContext): TaskRunner {
  return { local, run: (name, input) => runTask(name, input, local) };
}

export async function runTask<Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
  context: TaskContext,
): Promise<TaskOutput<Name>> {
  const task = tasks[name] as (input: TaskInput<Name>, context: TaskContext) => Promise<TaskOutput<Name>>;
  return task(input, context);
}
