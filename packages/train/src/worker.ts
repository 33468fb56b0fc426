// What runs in each thread of training: see workers/thread-pool.ts.
import { parentPort, workerData } from "node:worker_threads";
import { jsTrainingBackend } from "@onehead/core/training";
import { wasmTrainingBackend } from "@onehead/core/training/wasm";
import type { ThreadData } from "./workers/messages.js";
import { serveJobs } from "./workers/serve-jobs.js";

const { backend: name } = workerData as ThreadData;
const backend = name === "wasm" ? wasmTrainingBackend() : jsTrainingBackend;
if (backend === null) throw new Error("this thread cannot have the WebAssembly that the main one has");
if (parentPort === null) throw new Error("runs in a thread only");
serveJobs(parentPort, backend);
