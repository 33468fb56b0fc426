import type { MessagePort } from "node:worker_threads";
import { OneheadError } from "@onehead/core";
import type { TrainingBackend } from "@onehead/core/training";
import { startMember } from "../trainer/member-task.js";
import { LocalGroup, SharedGroup } from "../trainer/shard-group.js";
import type { EpochEnd, FromThread, Job, MemberJob, ToThread } from "./messages.js";
import { createContext } from "./task-context.js";
import { runTask } from "./tasks.js";

/** Runs the jobs that come in at `port`; a thread whose work is no longer wanted is ended from outside. */
export function serveJobs(port: MessagePort, backend: TrainingBackend): void {
  const context = createContext(backend, async () => {});
  const waiting = new Map<number, () => void>();
  const send = (message: FromThread): void => port.postMessage(message);

  const trainMember = async (id: number, { input, rank, exchange }: MemberJob): Promise<void> => {
    const { trainer } = startMember(input, backend, (network) =>
      exchange === null ? new LocalGroup(network.backend) : new SharedGroup(exchange, rank, network.backend),
    );
    // the first of a group speaks for all, who come to the same
    const tell = async (report: EpochEnd["report"]): Promise<void> => {
      if (rank !== 0) return;
      const { bestValidationLoss, finished } = trainer;
      const goOn = new Promise<void>((resolve) => waiting.set(id, resolve));
      send({ id, epoch: { report, bestValidationLoss, finished, state: trainer.state() } });
      await goOn;
    };
    if (trainer.finished) await tell(null);
    while (!trainer.finished) await tell(await trainer.runEpoch(context.pause));
  };

  const run = async (id: number, job: Job): Promise<unknown> => {
    if (job.kind === "member") return trainMember(id, job);
    return runTask(job.name, job.input, context);
  };

  port.on("message", (message: ToThread) => {
    if ("goOn" in message) {
      waiting.get(message.id)?.();
      waiting.delete(message.id);
      return;
    }
    const { id } = message;
    run(id, message.job).then(
      (result) => send({ id, result }),
      (error: unknown) => {
        const code = OneheadError.isInstance(error) ? error.code : null;
        send({ id, failure: { code, message: error instanceof Error ? error.message : String(error) } });
      },
    );
  });
}
