import { createRandom } from "../../random/random.js";

/** Draws float32 arrays of standard normal values from one seeded stream. */
export function randomArrays(seed: number): (length: number) => Float32Array {
  const random = createRandom(seed);
  return (length) => Float32Array.from({ length }, () => random.normal());
}
