// Question: how near do the kernels come to what the machine can do, and to those of others, on one thread?
//
// Products (rows × inner) (inner × columns) in float32, GFLOP/s:
// - onehead wasm and js: `applyLinear` with bound weights, as a router calls it, and `matmul` of two arrays, as training does
// - onnxruntime-node: a graph of one MatMul, its weights within it (it packs them when it loads); feeds made once
// - tfjs wasm, one thread; ml-matrix
// Elementwise functions, ns for each element of 65,536: e^x, GELU in its tanh form, softmax over rows of 64.
// Results are compared before timing, against sums in float64. Then rounds of short samples in turn; median and best.
// The roofs: multiply-adds in registers, in vectors of four without fusing (which is what WebAssembly has: no kernel of ours can pass it) and, where
// there is a C compiler, in the processor's own (which is what onnxruntime has); reading memory from each level.
//
//   node bench/speed/kernels.mjs [--shapes 1024x768x128,…] [--rounds 40] [--check] [--publish]
//
// --check only compares the results. --publish writes bench/results/speed-kernels.json, speed-kernels.md and speed-roofline.svg.
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { jsBackend } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { wasmBackend } from "@onehead/core/wasm";
import { Matrix } from "ml-matrix";
import * as ort from "onnxruntime-node";
import { useTfjs } from "./rivals/tfjs.mjs";
import { importSource } from "./shared/import-source.mjs";
import { resultName, round, setting, writeResult } from "./shared/report.mjs";
import { rooflineSvg } from "./shared/roofline.mjs";
import { nativePeak, openWasmRoofs } from "./shared/roofs.mjs";
import { timeInTurn } from "./shared/timing.mjs";

const usualShapes = "1024x768x128,11x128x128,1x768x128,1x256x64,64x256x64,512x512x512,2048x256x256";
const { values: flags } = parseArgs({
  options: {
    shapes: { type: "string", default: usualShapes },
    rounds: { type: "string", default: "40" },
    check: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
  },
});
const shapes = (flags.check ? "11x128x128,1x768x128,67x65x33" : flags.shapes).split(",").map((text) => {
  const sides = text.split("x").map(Number);
  if (sides.length !== 3 || !sides.every((side) => Number.isInteger(side) && side > 0))
    throw new Error(`${text}: expected a shape as 1024x768x128`);
  return sides;
});
const limits = { rounds: Number(flags.rounds), mostMs: 1500, warmUpMs: 100 };
const elements = 65_536;
const rowOfSoftmax = 64;
const geluCubic = 0.044715;

ort.env.logLevel = "error";
const { OnnxGraph } = await importSource("packages/onnx/src/graph/onnx-graph.ts");
const wasm = wasmBackend();
assert(wasm !== null, "this runtime has no WebAssembly with vectors");

/** A session on a graph that `build` adds nodes to, which names its output. */
async function sessionOf(shape, build) {
  const graph = new OnnxGraph();
  graph.input("x", shape);
  graph.output(
    build(graph),
    shape.map(() => "batch"),
  );
  const bytes = graph.toBytes("bench", {});
  return ort.InferenceSession.create(bytes, { graphOptimizationLevel: "all", intraOpNumThreads: 1 });
}

async function openProducts([rows, inner, columns]) {
  const random = createRandom(17);
  const draw = (length) => Float32Array.from({ length }, () => random.normal());
  const [a, b] = [draw(rows * inner), draw(inner * columns)];
  const own = (name, backend) => {
    // bound weights, both factors and the result, each with room to be packed
    const room = backend.fork(8 * (rows * inner + inner * columns + rows * columns) + 1_000_000);
    const [x, w, out] = [room.allocate(a), room.allocate(b), room.allocate(rows * columns)];
    const map = room.bindLinear(b, inner, columns, "inner-columns");
    return [
      { name: `onehead ${name}, bound`, call: () => room.applyLinear(out, x, map, rows), result: () => out },
      { name: `onehead ${name}, matmul`, call: () => room.matmul(out, x, w, rows, inner, columns), result: () => out },
    ];
  };
  const session = await sessionOf([rows, inner], (graph) =>
    graph.node("MatMul", "out", ["x", graph.constant("b", b, [inner, columns])]),
  );
  const feeds = { x: new ort.Tensor("float32", a, [rows, inner]) };
  const tf = await useTfjs("wasm");
  const [ta, tb] = [tf.tensor2d(a, [rows, inner]), tf.tensor2d(b, [inner, columns])];
  const [ma, mb] = [Matrix.from1DArray(rows, inner, Array.from(a)), Matrix.from1DArray(inner, columns, Array.from(b))];
  const contestants = [
    ...own("wasm", wasm),
    ...own("js", jsBackend),
    {
      name: "onnxruntime-node",
      waits: true,
      call: () => session.run(feeds),
      result: async () => (await session.run(feeds)).out.data,
      close: () => session.release(),
    },
    // the kernel runs when it is called; what comes out is not copied
    {
      name: "tfjs wasm",
      call: () => tf.dispose(tf.matMul(ta, tb)),
      result: () => tf.tidy(() => tf.matMul(ta, tb).dataSync()),
    },
    { name: "ml-matrix", call: () => ma.mmul(mb), result: () => ma.mmul(mb).to1DArray() },
  ];
  const expected = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < inner; k++) {
      for (let c = 0; c < columns; c++) expected[r * columns + c] += a[r * inner + k] * b[k * columns + c];
    }
  }
  await assertEqualResults(contestants, expected, 1e-4 * Math.sqrt(inner));
  return contestants;
}

async function openElementwise() {
  const random = createRandom(19);
  const x = Float32Array.from({ length: elements }, () => 2 * random.normal());
  const tf = await useTfjs("wasm");
  const tensor = tf.tensor1d(x);
  const rows = tf.tensor2d(x, [elements / rowOfSoftmax, rowOfSoftmax]);
  const own = (name, backend, prepare) => {
    const room = backend.fork(16 * elements);
    const [input, out] = [room.allocate(x), room.allocate(elements)];
    const call = prepare(room, out, input);
    return { name: `onehead ${name}`, call, result: () => out };
  };
  const session = async (shape, build) => {
    const made = await sessionOf(shape, build);
    const feeds = { x: new ort.Tensor("float32", x, shape) };
    const result = async () => Object.values(await made.run(feeds))[0].data;
    return { name: "onnxruntime-node", waits: true, call: () => made.run(feeds), result, close: () => made.release() };
  };
  const ofTfjs = (compute) => ({
    name: "tfjs wasm",
    call: () => tf.dispose(compute()),
    result: () => tf.tidy(() => compute().dataSync()),
  });
  const loop = (f) => {
    const out = new Float32Array(elements);
    const call = () => {
      for (let i = 0; i < elements; i++) out[i] = f(x[i]);
    };
    return { name: "a loop with Math", call, result: () => out };
  };
  // its exponents are what it makes of products: e^(−½ γ |x − a|²) at distances that are given
  const exponential = (room, out, input) => {
    const [none, zeros] = [room.allocate(elements / rowOfSoftmax), room.allocate(rowOfSoftmax)];
    return () => {
      out.set(input);
      room.rbfOfProducts(out, none, zeros, elements / rowOfSoftmax, rowOfSoftmax, 1);
    };
  };
  const gelu = (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * v * (1 + geluCubic * v * v)));
  const { gelu: geluNodes } = await importSource("packages/onnx/src/parts/gelu.ts");
  const softmaxOf = (values) => {
    const powers = values.map(Math.exp);
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power) => power / total);
  };
  const groups = {
    // e^min(0, x): the kernel's own use of it, so that all do the same
    "e^min(0, x)": {
      expected: Float64Array.from(x, (v) => Math.exp(Math.min(0, v))),
      contestants: [
        own("wasm", wasm, exponential),
        own("js", jsBackend, exponential),
        await session([elements], (graph) =>
          graph.node("Exp", "out", [graph.node("Min", "held", ["x", graph.constant("zero", [0], [])])]),
        ),
        ofTfjs(() => tf.tidy(() => tf.exp(tf.minimum(tensor, 0)))),
        loop((v) => Math.exp(Math.min(0, v))),
      ],
    },
    gelu: {
      expected: Float64Array.from(x, gelu),
      contestants: [
        own("wasm", wasm, (room, out, input) => () => room.gelu(out, input, elements)),
        own("js", jsBackend, (room, out, input) => () => room.gelu(out, input, elements)),
        await session([elements], (graph) => geluNodes(graph, "out", "x")),
        ofTfjs(() =>
          tf.tidy(() => {
            const angle = tf.mul(
              tf.mul(tensor, Math.sqrt(2 / Math.PI)),
              tf.add(tf.mul(tf.square(tensor), geluCubic), 1),
            );
            return tf.mul(tf.mul(tensor, 0.5), tf.add(tf.tanh(angle), 1));
          }),
        ),
        loop(gelu),
      ],
    },
    [`softmax, rows of ${rowOfSoftmax}`]: {
      expected: Float64Array.from(
        Array.from({ length: elements / rowOfSoftmax }, (_, r) =>
          softmaxOf(Array.from(x.subarray(r * rowOfSoftmax, (r + 1) * rowOfSoftmax))),
        ).flat(),
      ),
      contestants: [
        own(
          "wasm",
          wasm,
          (room, out, input) => () => room.softmaxRows(out, input, elements / rowOfSoftmax, rowOfSoftmax, 1),
        ),
        own(
          "js",
          jsBackend,
          (room, out, input) => () => room.softmaxRows(out, input, elements / rowOfSoftmax, rowOfSoftmax, 1),
        ),
        await session([elements / rowOfSoftmax, rowOfSoftmax], (graph) =>
          graph.node("Softmax", "out", ["x"], { axis: 1 }),
        ),
        ofTfjs(() => tf.softmax(rows)),
      ],
    },
  };
  for (const { contestants, expected } of Object.values(groups)) await assertEqualResults(contestants, expected, 1e-5);
  return groups;
}

async function assertEqualResults(contestants, expected, tolerance) {
  for (const { name, call, result } of contestants) {
    await call();
    const found = await result();
    assert.equal(found.length, expected.length, name);
    let worst = 0;
    for (let i = 0; i < expected.length; i++) worst = Math.max(worst, Math.abs(found[i] - expected[i]));
    assert(worst < tolerance, `${name}: off by ${worst}, expected less than ${tolerance}`);
  }
}

const products = [];
for (const shape of shapes) {
  const [rows, inner, columns] = shape;
  const contestants = await openProducts(shape);
  const label = shape.join(" × ");
  console.log(`${label}: equal results`);
  if (!flags.check) {
    const times = await timeInTurn(contestants, limits);
    const flops = 2 * rows * inner * columns;
    const gflops = (microseconds) => round(flops / (1000 * microseconds));
    products.push({
      shape,
      label,
      // what has to pass between memory and processor at least
      intensity: round(flops / (4 * (rows * inner + inner * columns + rows * columns))),
      contestants: [...times].map(([name, { median, minimum }]) => ({
        name,
        gflops: gflops(median),
        gflopsAtBest: gflops(minimum),
      })),
    });
  }
  for (const { close } of contestants) await close?.();
}

const elementwise = [];
for (const [name, { contestants }] of Object.entries(await openElementwise())) {
  console.log(`${name}: equal results`);
  if (flags.check) continue;
  const times = await timeInTurn(contestants, limits);
  const perElement = (microseconds) => round((1000 * microseconds) / elements);
  elementwise.push({
    name,
    contestants: [...times].map(([own, { median, minimum }]) => ({
      name: own,
      ns: perElement(median),
      nsAtBest: perElement(minimum),
    })),
  });
}

if (!flags.check) {
  const wasmRoofs = await openWasmRoofs();
  const times = await timeInTurn(wasmRoofs, { ...limits, rounds: 2 * limits.rounds, mostMs: 3000 });
  const native = nativePeak();
  // a roof is what was reached once
  const roofs = {
    wasmGflops: round(wasmRoofs[0].flopsPerCall / (1000 * times.get("multiply-adds").minimum)),
    nativeGflops: native,
    gigabytesPerSecond: Object.fromEntries(
      wasmRoofs
        .slice(1)
        .map(({ name, bytesPerCall }) => [
          name.replace("reading ", ""),
          round(bytesPerCall / (1000 * times.get(name).minimum)),
        ]),
    ),
  };
  const report = {
    ...setting("node bench/speed/kernels.mjs --publish"),
    rounds: limits.rounds,
    roofs,
    products,
    elementwise,
  };
  const page = pageOf(report);
  console.log(page);
  if (flags.publish) {
    writeResult("speed-kernels.json", `${JSON.stringify(report, null, 1)}\n`);
    writeResult("speed-kernels.md", page);
    writeResult("speed-roofline.svg", pictureOf(report));
  }
}

function pictureOf({ roofs, products: all }) {
  const series = ["onehead wasm, bound", "onnxruntime-node", "tfjs wasm", "onehead js, bound", "ml-matrix"].map(
    (name) => ({
      name,
      points: all.map(({ label, intensity, contestants }) => ({
        label,
        intensity,
        gflops: contestants.find((one) => one.name === name).gflopsAtBest,
      })),
    }),
  );
  const peaks = [{ name: "WebAssembly", gflops: roofs.wasmGflops }];
  if (roofs.nativeGflops !== null) peaks.push({ name: "this processor", gflops: roofs.nativeGflops });
  const bandwidths = Object.entries(roofs.gigabytesPerSecond).map(([name, gigabytesPerSecond]) => ({
    name,
    gigabytesPerSecond,
  }));
  return rooflineSvg(peaks, bandwidths, series);
}

function pageOf({ command, node, cpu, roofs, products: all, elementwise: functions }) {
  const names = all[0].contestants.map(({ name }) => name);
  const functionNames = functions[0].contestants.map(({ name }) => name);
  const cell = (contestants, name, value) => {
    const found = contestants.find((one) => one.name === name);
    return found === undefined ? "" : value(found);
  };
  const bandwidths = Object.entries(roofs.gigabytesPerSecond).map(([level, speed]) => `${level} ${speed}`);
  return [
    "# Kernels against others, and against the machine",
    "",
    `Made by \`${command}\` on Node ${node}, ${cpu}; do not edit. What is compared, and how, stands at the top of that file. One thread; median (best).`,
    "",
    `Roofs: ${roofs.wasmGflops} GFLOP/s in vectors of four without fusing, which is all that WebAssembly has;`,
    `${roofs.nativeGflops ?? "not measured"} fused in vectors of eight; reading ${bandwidths.join(", ")} GB/s.`,
    "",
    `![Products against the roofs](${resultName("speed-roofline.svg")})`,
    "",
    `| GFLOP/s | ${all.map(({ label }) => label).join(" | ")} |`,
    `| --- | ${all.map(() => "---").join(" | ")} |`,
    ...names.map((name) => {
      const cells = all.map(({ contestants }) =>
        cell(contestants, name, ({ gflops, gflopsAtBest }) => `${gflops} (${gflopsAtBest})`),
      );
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
    "",
    `| ns an element | ${functions.map(({ name }) => name).join(" | ")} |`,
    `| --- | ${functions.map(() => "---").join(" | ")} |`,
    ...functionNames.map((name) => {
      const cells = functions.map(({ contestants }) =>
        cell(contestants, name, ({ ns, nsAtBest }) => `${ns} (${nsAtBest})`),
      );
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
    "",
  ].join("\n");
}
// threads of the runtimes would keep the process
process.exit(0);
