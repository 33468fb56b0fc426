import { OneheadError } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { LowRankNetwork } from "../network/low-rank-network.js";
import { resolveSettings } from "../settings/training-settings.js";
import { type LabelledRows, MemberTrainer } from "./member-trainer.js";

const [R, D, M] = [8, 3, 2];
const settings = resolveSettings({ batchRows: 4, hiddenWidth: 4, epochs: 2 });

function newTrainer(): MemberTrainer {
  const random = createRandom(1);
  const normals = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const biases = { qualityBias: normals(M), costBias: normals(M) };
  const rows: LabelledRows = {
    rows: R,
    embeddings: normals(R * D),
    scores: Float32Array.from({ length: R * M }, (_, i) => i % 2),
    costTargets: normals(R * M),
    inputTokens: new Float64Array(R).fill(10),
  };
  const sizes = { dimensions: D, hiddenWidth: 4, models: M, maxRows: 4, rank: 2, dropout: 0.3 };
  return new MemberTrainer(new LowRankNetwork(sizes, biases, random), rows, rows, settings, 0, D, M);
}

describe("restore", () => {
  it("gives the state back to the bit", async () => {
    const trained = newTrainer();
    await trained.runEpoch(async () => {});
    const state = trained.state();
    const other = newTrainer();
    other.restore(state);
    expect(other.state()).toEqual(state);
  });

  it("refuses any tensor that is missing or of another length, by name, and changes nothing then", async () => {
    const trained = newTrainer();
    await trained.runEpoch(async () => {});
    const state = trained.state();
    const kinds = new Set([...state.tensors.keys()].map((name) => name.split(".", 1)[0]));
    expect(kinds).toEqual(new Set(["parameter", "best", "optimizer"]));
    for (const [name, values] of state.tensors) {
      for (const wrong of [undefined, new Float32Array(values.length + 1)]) {
        const tensors = new Map(state.tensors);
        if (wrong === undefined) tensors.delete(name);
        else tensors.set(name, wrong);
        const fresh = newTrainer();
        const before = fresh.state();
        const found = wrong?.length ?? 0;
        const message = `checkpoint: ${name}: length is ${found}, expected ${values.length}`;
        expect(() => fresh.restore({ ...state, tensors })).toThrow(new OneheadError("artifact", message));
        expect(fresh.state()).toEqual(before);
      }
    }
  });
});
