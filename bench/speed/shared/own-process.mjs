import { spawnSync } from "node:child_process";

/**
 * Runs this program again for one point of its sweep, and gives what that prints: what one point leaves behind (code compiled for other sizes, memories
 * that are still to be collected) is not the next one's.
 */
export function inOwnProcess(point) {
  const { status, stdout } = spawnSync(process.execPath, [...process.argv.slice(1), "--point", JSON.stringify(point)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${JSON.stringify(point)}: failed, status ${status}`);
  return JSON.parse(stdout);
}
