import { type Products, stagedProducts, type TrainingBackend } from "@onehead/core/training";

/** What a part of training computes with, on whichever thread. */
export interface TaskContext {
  backend: TrainingBackend;
  /** Single products of arrays of the heap: `stagedProducts` of the backend. */
  products: Products;
  /** Awaited now and then; what it throws ends the task. */
  pause: () => Promise<void>;
}

export function createContext(backend: TrainingBackend, pause: () => Promise<void>): TaskContext {
  return { backend, products: stagedProducts(backend), pause };
}
