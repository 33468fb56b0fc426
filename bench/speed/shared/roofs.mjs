// What the machine can do at most: multiply-adds that touch nothing but registers, and reading memory from each level. In vectors of four without a fused
// multiply-add, which is all that WebAssembly has, and, where there is a C compiler, in whatever vectors this processor has.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importSource } from "./import-source.mjs";

const accumulators = 12;
const unrolled = 8;
/** Bytes that are read again and again: of the first and second level's cache, and of neither. */
const levels = { L1: 16 * 1024, L2: 256 * 1024, memory: 192 * 1024 * 1024 };

/** @returns {Promise<Array<{ name: string, bytesPerCall: number, flopsPerCall: number, call: () => void }>>} to be timed */
export async function openWasmRoofs() {
  const { assemble, add, constant, countDown, f32x4Add, f32x4Mul, four, get, i32, set, v128 } = await importSource(
    "packages/core/src/wasm/assembler.ts",
  );
  const chains = Array.from({ length: accumulators }, (_, i) => 1 + i);
  const [x, y] = [1 + accumulators, 2 + accumulators];
  const store = chains.map((chain) => four.store(constant(0), get(chain), 64 + 16 * chain));
  // products and sums of their own, so that none waits for another: as many of each as hide how long one takes
  const half = accumulators / 2;
  const multiplyAdds = {
    name: "multiplyAdds",
    parameters: [i32],
    locals: Array(accumulators + 2).fill(v128),
    body: [
      set(x, four.load(constant(0), 0)),
      set(y, four.load(constant(0), 16)),
      chains.map((chain) => set(chain, four.load(constant(0), 0))),
      countDown(
        0,
        Array.from({ length: unrolled }, () =>
          chains
            .slice(0, half)
            .map((chain) => [
              set(chain, f32x4Mul(get(chain), get(x))),
              set(chain + half, f32x4Add(get(chain + half), get(y))),
            ]),
        ),
      ),
      store,
    ],
  };
  const address = 1 + accumulators;
  const read = {
    name: "read",
    parameters: [i32],
    locals: [...Array(accumulators).fill(v128), i32],
    body: [
      set(address, constant(1024)),
      countDown(0, [
        chains.map((chain, i) => set(chain, f32x4Add(get(chain), four.load(get(address), 16 * i)))),
        set(address, add(get(address), constant(16 * accumulators))),
      ]),
      store,
    ],
  };
  const pages = Math.ceil((levels.memory + 65_536) / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  // written once: pages that were never written to are all the same page
  new Float32Array(memory.buffer).fill(0.5);
  const bytes = assemble([multiplyAdds, read], new Uint8Array(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { m: memory } });
  new Float32Array(memory.buffer, 0, 8).set([1, 1, 1, 1, 0.001, 0.001, 0.001, 0.001]);
  const loops = 20_000;
  const flopsPerCall = loops * unrolled * accumulators * 4;
  return [
    { name: "multiply-adds", bytesPerCall: 0, flopsPerCall, call: () => exports.multiplyAdds(loops) },
    ...Object.entries(levels).map(([name, size]) => {
      const steps = Math.floor(size / (16 * accumulators));
      const bytesPerCall = steps * 16 * accumulators;
      return { name: `reading ${name}`, bytesPerCall, flopsPerCall: 0, call: () => exports.read(steps) };
    }),
  ];
}

const nativeSource = `
#include <stdio.h>
#include <time.h>
typedef float lanes __attribute__((vector_size(32)));
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + 1e-9 * t.tv_nsec; }
int main(void) {
  lanes a[12] = {{0}}, x, y;
  for (int i = 0; i < 8; i++) { x[i] = 0.999f; y[i] = 0.001f; }
  double best = 1e9;
  for (int sample = 0; sample < 200; sample++) {
    double start = now();
    for (int i = 0; i < 100000; i++) {
#pragma GCC unroll 12
      for (int j = 0; j < 12; j++) a[j] = a[j] * x + y;
    }
    double elapsed = now() - start;
    if (elapsed < best) best = elapsed;
  }
  float sum = 0;
  for (int j = 0; j < 12; j++) for (int i = 0; i < 8; i++) sum += a[j][i];
  printf("%.2f %g\\n", 100000.0 * 12 * 8 * 2 / best / 1e9, sum);
}
`;

/** GFLOP/s of fused multiply-adds in vectors of eight; null where no C compiler is found. */
export function nativePeak() {
  const folder = mkdtempSync(join(tmpdir(), "onehead-roof-"));
  try {
    writeFileSync(join(folder, "peak.c"), nativeSource);
    const compiled = spawnSync("cc", ["-O3", "-march=native", "-ffp-contract=fast", "peak.c", "-o", "peak"], {
      cwd: folder,
    });
    if (compiled.status !== 0) return null;
    const { stdout, status } = spawnSync(join(folder, "peak"), { encoding: "utf8" });
    return status === 0 ? Number(stdout.split(" ")[0]) : null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
