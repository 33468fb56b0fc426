import type { TaskContext } from "./task-context.js";
import type { TaskInput, TaskName, TaskOutput, TaskRunner } from "./tasks.js";
import type { ThreadPool } from "./thread-pool.js";

/** Runs tasks on the threads of a pool, as many at a time as it has. */
export function threadTasks(pool: ThreadPool, local: TaskContext): TaskRunner {
  const idle = Array.from({ length: pool.size }, (_, thread) => thread);
  const waiting: Array<(thread: number) => void> = [];
  const take = async (): Promise<number> => idle.shift() ?? new Promise((resolve) => waiting.push(resolve));
  const release = (thread: number): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(thread);
    else next(thread);
  };
  return {
    local,
    async run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
      const thread = await take();
      try {
        // the pool's answers are what the task of this name returns
        return (await pool.run(thread, { kind: "task", name, input } as Parameters<
          ThreadPool["run"]
        >[1])) as TaskOutput<Name>;
      } finally {
        release(thread);
      }
    },
  };
}
