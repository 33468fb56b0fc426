import type { Tensor } from "@onehead/core";
import { cellTensors } from "../state/known-cells.js";
import type { StateReader } from "../state/state-reader.js";
import { NeighbourMeans } from "./neighbour-means.js";

/** Tensors of a memory's columns `first` to `first + count`; its rows are the same array for every predictor built on it. */
export function memoryTensors(memory: NeighbourMeans, first: number, count: number): Record<string, Tensor> {
  const { dimensions: D, unitRows, targets, columns } = memory;
  const rows = unitRows.length / D;
  const picked = new Float32Array(rows * count);
  for (let r = 0; r < rows; r++) {
    picked.set(targets.subarray(r * columns + first, r * columns + first + count), r * count);
  }
  return { memory: { shape: [rows, D], data: unitRows }, ...cellTensors("targets", picked, rows, count) };
}

/** The memory again, for one or two neighbourhood sizes. */
export function readMemory(reader: StateReader, count: number, sizes: readonly number[]): NeighbourMeans {
  const rows = reader.floats("memory", null, reader.dimensions);
  const targets = reader.cells("targets", rows.length / reader.dimensions, count);
  return new NeighbourMeans(rows, reader.dimensions, targets, sizes, true);
}

/** A neighbourhood size and its pseudo-counts, as configs hold them. @throws ArtifactError */
export function readSetting(reader: StateReader): { size: number; priorCount: number } {
  return { size: reader.config.count("size", 1), priorCount: reader.config.number("priorCount", 0, 1e6) };
}
