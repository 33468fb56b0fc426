// One network's training, by our sources on a backend and so many threads, and by the peer in numpy, from the same start.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRandom, jsTrainingBackend } from "@onehead/core/training";
import { wasmTrainingBackend } from "@onehead/core/training/wasm";
import { defaultSettings } from "@onehead/train";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");
const costWeight = defaultSettings.costWeight;

/** Internals of @onehead/train, from its sources: the members' training alone has no public name. */
async function loadInternals() {
  const outfile = join(import.meta.dirname, "../.turbo/train/internals.mjs");
  mkdirSync(join(outfile, ".."), { recursive: true });
  const source = join(root, "packages/train/src");
  await build({
    stdin: {
      contents: [
        'export { trainMembers } from "./trainer/train-members.ts";',
        'export { ThreadPool } from "./workers/thread-pool.ts";',
        'export { createNetwork } from "./network/create-network.ts";',
      ].join("\n"),
      resolveDir: source,
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    packages: "external",
    logLevel: "error",
  });
  return import(pathToFileURL(outfile).href);
}

const internals = await loadInternals();
const worker = pathToFileURL(join(root, "packages/train/dist/worker.js"));

/** Seeded rows in which each model is right in a direction of its own, and what costs are is linear too. */
export function makeRun({
  rows,
  validationRows,
  D,
  M,
  K,
  H,
  epochs,
  batchRows,
  queryDropout,
  headDropout,
  seed = 0,
  members = 1,
  learningRate = defaultSettings.learningRate,
}) {
  const random = createRandom(seed, 5);
  const normals = (length, scale = 1) => Float32Array.from({ length }, () => scale * random.normal());
  const [quality, cost] = [normals(M * D), normals(M * D)];
  const labelled = (count) => {
    const embeddings = normals(count * D, 1 / Math.sqrt(D));
    const scores = new Float32Array(count * M);
    const costTargets = new Float32Array(count * M);
    for (let i = 0; i < count * M; i++) {
      const [r, m] = [Math.floor(i / M), i % M];
      let [z, y] = [0, 0];
      for (let d = 0; d < D; d++) {
        z += embeddings[r * D + d] * quality[m * D + d];
        y += embeddings[r * D + d] * cost[m * D + d];
      }
      scores[i] = random.uniform() < 1 / (1 + Math.exp(-2 * z)) ? 1 : 0;
      costTargets[i] = y + 0.3 * random.normal();
    }
    return { rows: count, embeddings, scores, costTargets, inputTokens: new Float64Array(count).fill(10) };
  };
  const training = labelled(rows);
  const validation = labelled(validationRows);
  const biases = { qualityBias: normals(M, 0.3), costBias: normals(M, 0.3) };
  const settings = {
    ...defaultSettings,
    form: "models",
    members,
    keyWidth: K,
    hiddenWidth: H,
    epochs,
    patience: epochs,
    batchRows,
    learningRate,
    queryDropout,
    headDropout,
    seed,
  };
  return { settings, networkInputs: { biases, dimensions: D, models: M }, training, validation };
}

/**
 * Trains all members on a backend with so many threads; 0 is the calling one.
 *
 * @returns each epoch's losses, milliseconds and those of processor (of all threads), and the parameters at the end
 */
export async function trainOurs({ settings, networkInputs, training, validation }, { backend, workers }) {
  const chosen = backend === "wasm" ? wasmTrainingBackend() : jsTrainingBackend;
  const pool = workers === 0 ? null : new internals.ThreadPool(workers, backend, worker);
  const epochs = [];
  let lastMs = performance.now();
  let lastCpu = process.cpuUsage();
  const input = {
    settings,
    networkInputs,
    training: pool === null ? training : shared(training),
    validation: pool === null ? validation : shared(validation),
    recorded: {},
    fingerprint: "",
    resumed: [],
    onProgress: ({ member, epoch, trainingLoss, validationLoss }) => {
      const now = performance.now();
      const { user, system } = process.cpuUsage(lastCpu);
      lastCpu = process.cpuUsage();
      epochs.push({ member, epoch, trainingLoss, validationLoss, ms: now - lastMs, cpuMs: (user + system) / 1000 });
      lastMs = now;
    },
    onCheckpoint: undefined,
  };
  try {
    const networks = await internals.trainMembers(input, chosen, pool, async () => {});
    const parameters = networks.map((network) => new Map(network.parameters));
    return { epochs, parameters };
  } finally {
    await pool?.close();
  }
}

function shared(rows) {
  const share = (values) => {
    const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
    copy.set(values);
    return copy;
  };
  const { embeddings, scores, costTargets } = rows;
  return { ...rows, embeddings: share(embeddings), scores: share(scores), costTargets: share(costTargets) };
}

/** Why the peer cannot run, or null. */
export function peerMissing(python = "python3") {
  const { status, error, stderr } = spawnSync(python, ["-c", "import numpy"], { encoding: "utf8" });
  if (error) return `${python} does not start`;
  return status === 0 ? null : `${python} has no numpy: ${stderr.trim().split("\n").at(-1)}`;
}

/** The first member trained by numpy, from the same start, batches and schedule. @returns each epoch's loss and milliseconds, as of `trainOurs` */
export function trainPeer({ settings, networkInputs, training }, { python = "python3", threads }) {
  const folder = mkdtempSync(join(tmpdir(), "onehead-peer-"));
  try {
    const { dimensions: D, models: M } = networkInputs;
    const { parameters } = internals.createNetwork(settings, networkInputs, 0, jsTrainingBackend);
    const files = [];
    const write = (name, values) => {
      files.push(name);
      writeFileSync(join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    };
    write("embeddings", training.embeddings);
    write("scores", training.scores);
    write("costs", training.costTargets);
    for (const [name, values] of parameters) write(`parameter.${name}`, values);
    write("orders", Int32Array.from(ordersOf(settings, training.rows)));
    const { keyWidth, hiddenWidth, epochs, batchRows, learningRate, weightDecay, clipNorm, seed } = settings;
    const { queryDropout, headDropout } = settings;
    const sizes = { rows: training.rows, D, M, K: keyWidth, H: hiddenWidth };
    const schedule = { epochs, batchRows, learningRate, weightDecay, clipNorm, costWeight, seed };
    const options = { ...schedule, queryDropout, headDropout };
    writeFileSync(join(folder, "run.json"), JSON.stringify({ ...sizes, ...options, names: [...parameters.keys()] }));
    const env = { ...process.env, OPENBLAS_NUM_THREADS: `${threads}`, OMP_NUM_THREADS: `${threads}` };
    const stdout = execFileSync(python, [join(import.meta.dirname, "peer.py"), folder], { env, encoding: "utf8" });
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The order of the rows in each epoch, as `MemberTrainer` draws it. */
function ordersOf({ seed, epochs }, rows) {
  return Array.from({ length: epochs }, (_, epoch) => {
    const order = Int32Array.from({ length: rows }, (_, r) => r);
    createRandom(seed, 1_000_000 + epoch).shuffle(order);
    return [...order];
  }).flat();
}

/** Version of numpy and of its products. */
export function describePeer(python = "python3") {
  const code = "import numpy, platform; print('numpy', numpy.__version__, 'on Python', platform.python_version())";
  return execFileSync(python, ["-c", code], { encoding: "utf8" }).trim();
}
