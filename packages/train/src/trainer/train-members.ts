import type { TrainingBackend } from "@onehead/core/training";
import type { Checkpoint } from "../checkpoint/checkpoint.js";
import type { NetworkInputs } from "../network/create-network.js";
import { createNetwork } from "../network/create-network.js";
import type { Network } from "../network/network.js";
import type { TrainingSettings } from "../settings/training-settings.js";
import type { EpochEnd } from "../workers/messages.js";
import type { ThreadPool } from "../workers/thread-pool.js";
import { type MemberInput, startMember } from "./member-task.js";
import type { LabelledRows, MemberState } from "./member-trainer.js";
import type { TrainingProgress } from "./progress.js";
import { createExchange, LocalGroup, mostThreads, type ShardExchange } from "./shard-group.js";
import { type RecordedCosts, validationPredictions } from "./validation-predictions.js";

export interface MembersInput {
  settings: TrainingSettings;
  networkInputs: NetworkInputs;
  training: LabelledRows;
  validation: LabelledRows;
  recorded: RecordedCosts;
  fingerprint: string;
  /** Of an earlier run, finished members and those under way. */
  resumed: readonly MemberState[];
  onProgress: ((progress: TrainingProgress) => void) | undefined;
  onCheckpoint: ((checkpoint: Checkpoint) => void | Promise<void>) | undefined;
}

/**
 * Trains all members: one after the other on the calling thread, or side by side on those of a pool, several threads a member where there
 * are more than members. Each member comes to the same bits either way.
 *
 * @param pool null for the calling thread
 * @returns the networks with the parameters of their best epochs
 */
export async function trainMembers(
  input: MembersInput,
  backend: TrainingBackend,
  pool: ThreadPool | null,
  pause: () => Promise<void>,
): Promise<Network[]> {
  const { settings, networkInputs, resumed } = input;
  const networks = Array.from({ length: settings.members }, (_, member) =>
    createNetwork(settings, networkInputs, member, backend),
  );
  const report = new MembersReport(input, networks);
  const inputOf = (member: number): MemberInput => {
    const { training, validation } = input;
    return { member, settings, networkInputs, training, validation, state: resumed[member] };
  };
  if (pool === null) {
    for (const member of networks.keys()) await trainHere(inputOf(member), backend, report, pause);
    return networks;
  }
  const waiting = [...networks.keys()];
  const lanes = lanesOf(pool.size, networks.length, mostThreads(settings.batchRows));
  await Promise.all(
    lanes.map(async (threads) => {
      for (let member = waiting.shift(); member !== undefined; member = waiting.shift()) {
        await trainOn(pool, threads, inputOf(member), networks[member], report);
      }
    }),
  );
  return networks;
}

/** Threads 0 to `size` − 1, dealt out evenly to as many lanes as there are members, at most `most` each. */
function lanesOf(size: number, members: number, most: number): number[][] {
  const lanes: number[][] = Array.from({ length: Math.min(size, members) }, () => []);
  for (let thread = 0; thread < size; thread++) {
    const lane = lanes[thread % lanes.length];
    if (lane.length < most) lane.push(thread);
  }
  return lanes;
}

async function trainHere(
  input: MemberInput,
  backend: TrainingBackend,
  report: MembersReport,
  pause: () => Promise<void>,
): Promise<void> {
  const { trainer } = startMember(input, backend, (network) => new LocalGroup(network.backend));
  const end = (epoch: EpochEnd["report"]): EpochEnd => {
    const { bestValidationLoss, finished } = trainer;
    return { report: epoch, bestValidationLoss, finished, state: trainer.state() };
  };
  if (trainer.finished) await report.endEpoch(input.member, end(null));
  while (!trainer.finished) await report.endEpoch(input.member, end(await trainer.runEpoch(pause)));
}

async function trainOn(
  pool: ThreadPool,
  threads: readonly number[],
  input: MemberInput,
  network: Network,
  report: MembersReport,
): Promise<void> {
  const { settings, training, validation } = input;
  let exchange: ShardExchange | null = null;
  if (threads.length > 1) {
    const blocks = Math.ceil(Math.max(training.rows, validation.rows) / network.maxRows);
    const shards = mostThreads(settings.batchRows);
    exchange = createExchange(threads.length, Math.max(blocks, shards), shards, network.rowSums.length);
  }
  await Promise.all(
    threads.map((thread, rank) =>
      pool.run(thread, { kind: "member", input, rank, exchange }, (end) => report.endEpoch(input.member, end)),
    ),
  );
}

/** What the ends of epochs are told to: the networks, the checkpoint and whoever looks on. */
class MembersReport {
  readonly #input: MembersInput;
  readonly #networks: readonly Network[];
  readonly #states: Array<MemberState | undefined>;
  readonly #finished: boolean[];
  readonly #startedMs = performance.now();
  #epochsRun = 0;

  constructor(input: MembersInput, networks: readonly Network[]) {
    this.#input = input;
    this.#networks = networks;
    this.#states = networks.map((_, member) => input.resumed[member]);
    this.#finished = networks.map(() => false);
  }

  async endEpoch(member: number, { report, bestValidationLoss, finished, state }: EpochEnd): Promise<void> {
    const { settings, validation, recorded, networkInputs, onProgress, onCheckpoint, fingerprint } = this.#input;
    const network = this.#networks[member];
    this.#states[member] = state;
    this.#finished[member] = finished;
    takeParameters(network, state, "parameter");
    if (report !== null) {
      this.#epochsRun++;
      const shares = this.#shares();
      const done = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      const epochsLeft = shares.reduce((sum, share) => sum + (1 - share) * settings.epochs, 0);
      onProgress?.({
        stage: "member",
        member,
        members: settings.members,
        epochs: settings.epochs,
        ...report,
        bestValidationLoss,
        fraction: done,
        remainingMs: ((performance.now() - this.#startedMs) / this.#epochsRun) * epochsLeft,
        validation: () => {
          // the network may have gone on since
          const now = new Map([...network.parameters].map(([name, values]) => [name, values.slice()]));
          takeParameters(network, state, "parameter");
          const predictions = validationPredictions(network, validation, recorded, networkInputs.dimensions);
          for (const [name, values] of now) network.parameters.get(name)?.set(values);
          return predictions;
        },
      });
      await onCheckpoint?.({ fingerprint, members: this.#members() });
    }
    if (finished) takeParameters(network, state, "best");
  }

  /** Share of its epochs that each member has behind it; all of them where it has finished. */
  #shares(): number[] {
    return this.#states.map((state, member) =>
      this.#finished[member] ? 1 : (state?.epoch ?? 0) / this.#input.settings.epochs,
    );
  }

  /** States of the members up to the first that has none yet: side by side, one behind it may have. */
  #members(): MemberState[] {
    const first = this.#states.indexOf(undefined);
    return this.#states.slice(0, first < 0 ? undefined : first) as MemberState[];
  }
}

/** @param kind as they are, or as they were at the best epoch */
function takeParameters(network: Network, { tensors }: MemberState, kind: "parameter" | "best"): void {
  for (const [name, values] of network.parameters) values.set(tensors.get(`${kind}.${name}`) as Float32Array);
}
