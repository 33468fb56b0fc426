// numpy on the folded graph, in a process of its own that is told when to run, so that its samples too are taken in turn.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { networkModel } from "@onehead/core";
import { foldBuiltIn, foldLiteral } from "../shared/folded.mjs";

/** Null where there is no Python with numpy; PYTHON names one that is not `python3`. */
export async function openNumpy(artifact, lambdaUsd, embeddings, inputTokens) {
  const folder = mkdtempSync(join(tmpdir(), "onehead-numpy-"));
  writeGraph(folder, artifact, lambdaUsd, embeddings, inputTokens);
  // one thread, and the kernels that its product library picks for this processor by itself
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...environment } = process.env;
  const threads = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const child = spawn(
    process.env.PYTHON ?? "python3",
    [fileURLToPath(new URL("choose_rows.py", import.meta.url)), folder],
    {
      env: { ...environment, ...threads },
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  child.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: hello } = await lines.next();
  if (hello === undefined) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const ask = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return JSON.parse((await lines.next()).value);
  };
  return {
    ...JSON.parse(hello),
    /** All rows once. */
    run: (chunk) => ask({ chunk }),
    chosen: async (chunk) => (await ask({ chunk, tell: true })).chosen,
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "close");
      rmSync(folder, { recursive: true });
    },
  };
}

function writeGraph(folder, artifact, lambdaUsd, embeddings, inputTokens) {
  const isLiteral = networkModel(artifact.manifest).form === "models";
  const { sizes, ...parts } = isLiteral ? foldLiteral(artifact) : foldBuiltIn(artifact);
  const { D, N, K, H, P, Q, G } = sizes;
  const shapes = isLiteral
    ? {
        query: [D, K],
        keys: [K, N],
        headQuery: [K, 2 * H],
        attended: [N, 2 * H],
        values: [N, K],
        headValue: [K, 2 * H],
        models: [2, N, H],
      }
    : {
        trunk: [D, H],
        readout: [H, 2 * N],
        directions: [D, Q],
        anchors: [Q, P],
        values: [P, 2 * N],
        clusterKeys: [D, G],
        clusterValues: [G, N],
      };
  const data = { ...parts, embeddings, inputTokens };
  const arrays = {};
  const scalars = { lambdaUsd };
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === "number") scalars[name] = value;
    if (!(value instanceof Float32Array)) continue;
    arrays[name] = name === "embeddings" ? [value.length / D, D] : (shapes[name] ?? [value.length]);
    writeFileSync(join(folder, name), value);
  }
  writeFileSync(
    join(folder, "graph.json"),
    JSON.stringify({ form: isLiteral ? "literal" : "built-in", arrays, scalars }),
  );
}
