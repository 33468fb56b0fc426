/** Where long work says how far it is. */
export interface Progress {
  /** @param fraction 0..1 of the stage; shows a bar and the time left where given */
  update(text: string, fraction?: number): void;
  /** Clears the line. */
  end(): void;
}

// how often a log, as opposed to a terminal, gets a line
const logEveryMs = 5000;
const barWidth = 20;

/** One line that is rewritten on a terminal; elsewhere a line every few seconds. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  const terminal = stream.isTTY === true;
  let shownMs = Number.NEGATIVE_INFINITY;
  let stage = "";
  let stageStartMs = 0;
  return {
    update(text, fraction) {
      const nowMs = performance.now();
      const name = text.replace(/ \(.*/, "");
      if (name !== stage) {
        stage = name;
        stageStartMs = nowMs;
      }
      const line =
        fraction === undefined ? text : `${bar(fraction)} ${text}${timeLeft(fraction, nowMs - stageStartMs)}`;
      if (terminal) {
        stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 100) - 1)}`);
      } else if (nowMs - shownMs >= logEveryMs) {
        stream.write(`${line}\n`);
        shownMs = nowMs;
      }
    },
    end() {
      if (terminal) stream.write("\r\u001b[K");
    },
  };
}

function bar(fraction: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
  return `[${"█".repeat(filled)}${"·".repeat(barWidth - filled)}]`;
}

function timeLeft(fraction: number, elapsedMs: number): string {
  if (!(fraction > 0.05 && fraction < 1)) return "";
  return `, ${Math.ceil((elapsedMs * (1 - fraction)) / fraction / 1000)} s left`;
}
