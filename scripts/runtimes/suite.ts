// What each runtime is asked to do; `process-main`, `worker-main` and `page-main` are how it is asked.

import { testFiles } from "bundled:tests";
import { wasmBackend } from "@onehead/core/wasm";
import { describeBackendContract } from "../../packages/core/src/kernels/contract/backend-contract.js";
import { type CollectedOutcome, runCollected } from "../../packages/core/src/kernels/contract/run-collected.js";
import { withCopies } from "../../packages/core/src/wasm/contract/with-copies.js";
import { type BackendName, type DecisionOutcome, decideAll } from "./decision-suite.js";

export type ArtifactName = "default.onehead" | "default.edge.onehead";

export type Job =
  | { kind: "decisions"; artifact: ArtifactName; backend: BackendName }
  /** The contract of all backends, of the one in WebAssembly; that in JavaScript is among the tests. */
  | { kind: "contract" }
  /** A file of tests. */
  | { kind: "tests"; file: string };

export type JobResult<J extends Job> = J extends { kind: "decisions" } ? DecisionOutcome : CollectedOutcome;

export async function perform(
  job: Job,
  readArtifact: (name: ArtifactName) => Promise<Uint8Array>,
): Promise<DecisionOutcome | CollectedOutcome> {
  if (job.kind === "decisions") return decideAll(await readArtifact(job.artifact), job.backend);
  if (job.kind === "tests") return runCollected(testFiles[job.file]);
  const backend = wasmBackend();
  if (backend === null) throw new Error("this runtime runs no kernels in WebAssembly");
  return runCollected(() => describeBackendContract("wasm", withCopies(backend, null), 4e-7));
}
