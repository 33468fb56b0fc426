import { sumUsd } from "@onehead/provider";
import type { CallObserver } from "../observe/call-observer.js";
import type { Logger } from "../observe/logger.js";
import type { GatewayState, LoggedContents, OpenedCall, SettledCall } from "../state/gateway-state.js";

export interface CallLogOptions {
  state: GatewayState;
  observers: readonly CallObserver[];
  logger: Logger;
}

type Settlement = Omit<SettledCall, "id" | "unresolvedAtMostUsd">;

/** Waits between tries of a settlement that the log could not take. */
const retryWaitsMs = [250, 1_000, 5_000, 15_000, 60_000, 300_000];

/** The books of one call: opened before anything is sent, settled once. */
export class CallLog {
  readonly opened: OpenedCall;
  readonly #options: CallLogOptions;
  readonly #ends: Array<(settled: SettledCall) => void> = [];
  /** The most that each try can have cost, by its model, in the order of the tries. */
  readonly #atMost = new Map<string, number | null>();
  #settled = false;

  constructor(opened: OpenedCall, options: CallLogOptions) {
    this.opened = opened;
    this.#options = options;
  }

  /** @throws OneheadError "io": nothing may be spent that is on no record */
  async open(contents?: Omit<LoggedContents, "id" | "answer">): Promise<void> {
    const { state, observers } = this.#options;
    this.#atMost.set(this.opened.model, this.opened.atMostUsd);
    await state.open(this.opened, contents);
    for (const { opened } of observers) {
      const end = this.#told(() => opened?.(this.opened));
      if (end !== undefined) this.#ends.push(end);
    }
  }

  /** @throws OneheadError "io" */
  async beginTry(model: string, atMostUsd: number | null): Promise<void> {
    this.#atMost.set(model, atMostUsd);
    await this.#options.state.beginTry(this.opened.id, model, atMostUsd);
  }

  /** Settles when that is on disk, or when the log has refused it: it is tried again then, and the answer does not wait. */
  async settle(settlement: Settlement, answer?: string): Promise<void> {
    if (this.#settled) return;
    this.#settled = true;
    const settled: SettledCall = Object.assign(settlement, {
      id: this.opened.id,
      unresolvedAtMostUsd: this.#unresolvedAtMost(settlement),
    });
    for (const end of this.#ends) this.#told(() => end(settled));
    await this.#options.state.settle(settled, answer).catch((error: unknown) => this.#again(settled, answer, error, 0));
  }

  #again(settled: SettledCall, answer: string | undefined, error: unknown, tries: number): void {
    const { state, logger } = this.#options;
    const waitMs = retryWaitsMs[tries];
    const message = error instanceof Error ? error.message : String(error);
    if (waitMs === undefined) {
      logger.error(
        { decisionId: settled.id, error: message },
        "a settled call could not be written: it stays open in the log",
      );
      return;
    }
    logger.warn({ decisionId: settled.id, error: message, waitMs }, "a settled call could not be written yet");
    setTimeout(() => {
      state.settle(settled, answer).catch((again: unknown) => this.#again(settled, answer, again, tries + 1));
    }, waitMs);
  }

  /** What the tries can have cost whose cost nobody has said; of an answer that was reckoned from its tokens, all of it. */
  #unresolvedAtMost({ tries, estimated, model }: Settlement): number | null {
    const open = tries.filter(({ costUsd, outcome, model: tried }) =>
      costUsd === null ? true : estimated && tried === model && (outcome === "answered" || outcome === "aborted"),
    );
    if (open.length === 0) return 0;
    const amounts = open.map(({ model: tried }) => this.#atMost.get(tried) ?? null);
    return amounts.includes(null) ? null : sumUsd(amounts as number[]);
  }

  #told<T>(tell: () => T): T | undefined {
    try {
      return tell();
    } catch (error) {
      this.#options.logger.error(
        { error: error instanceof Error ? error.message : String(error) },
        "an observer failed",
      );
      return undefined;
    }
  }
}
