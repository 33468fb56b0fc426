import type { KernelExports } from "./kernel-exports.js";
import { arraysStart, panelColumns } from "./memory-map.js";
import { Room } from "./room.js";

export type TileName = "multiplyTiles8" | "multiplyTiles12";

/** How many of a tile make up a panel of weights. */
export const tilesPerPanel: Record<TileName, number> = { multiplyTiles8: 3, multiplyTiles12: 2 };
// V8 starts with code that is quick to make, and needs some milliseconds until it has the fast one
const mostMs = 6;
const mostTurns = 200;
/** Batches of one product before which tiles are timed. */
const timedAt: ReadonlySet<number> = new Set([0, 100, 1000]);
// a product of 8 rows, 128 terms and 24 columns, some five microseconds
const [rows, inner] = [8, 128];
const [aFloats, bFloats] = [2048, 4096];

let fastest: TileName = "multiplyTiles8";
let kernels: KernelExports | undefined;
let calls = 0;

/**
 * The tile that this processor and engine are fastest with: timed when the first batch comes, and twice again, since the first time may have come
 * between the fast code of the one and that of the other. All give the same bits.
 */
export function fastestTile(instantiate: (memory: WebAssembly.Memory) => KernelExports): TileName {
  if (timedAt.has(calls)) {
    kernels ??= instantiate(new Room(aFloats + bFloats + rows * panelColumns).memory);
    fastest = timeTiles(kernels);
  }
  calls++;
  return fastest;
}

/** Where the clock stands still, as on some edge runtimes while a request runs, the first one. */
function timeTiles(kernels: KernelExports): TileName {
  const names: readonly TileName[] = ["multiplyTiles8", "multiplyTiles12"];
  const least = names.map(() => Number.POSITIVE_INFINITY);
  const started = performance.now();
  for (let turn = 0; turn < mostTurns && performance.now() - started < mostMs; turn++) {
    names.forEach((name, i) => {
      const start = performance.now();
      for (let run = 0; run < 10; run++) {
        const b = arraysStart + 4 * aFloats;
        const out = b + 4 * bFloats;
        const tiles = tilesPerPanel[name];
        kernels[name](out, 4 * panelColumns, arraysStart, b, 4 * panelColumns, tiles, inner, panelColumns, rows / 4, 0);
      }
      least[i] = Math.min(least[i], performance.now() - start);
    });
  }
  return least[1] < least[0] ? names[1] : names[0];
}
