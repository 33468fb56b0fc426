import { calls0001 } from "./0001-calls.js";
import { journal0002 } from "./0002-journal.js";

/** Every migration, in order: the n-th one makes schema n. They are strings so that a bundle has them with it. */
export const migrations: ReadonlyArray<{ name: string; sql: string }> = [
  { name: "0001-calls", sql: calls0001 },
  { name: "0002-journal", sql: journal0002 },
];
