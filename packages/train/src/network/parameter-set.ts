import type { Random } from "@onehead/core/training";

/** Named parameters beside their gradients, in a fixed order. */
export class ParameterSet {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;

  constructor(sizes: ReadonlyArray<[name: string, size: number]>) {
    this.parameters = new Map(sizes.map(([name, size]) => [name, new Float32Array(size)]));
    this.gradients = new Map(sizes.map(([name, size]) => [name, new Float32Array(size)]));
  }

  parameter(name: string): Float32Array {
    return this.parameters.get(name) as Float32Array;
  }

  gradient(name: string): Float32Array {
    return this.gradients.get(name) as Float32Array;
  }

  clearGradients(): void {
    for (const gradient of this.gradients.values()) gradient.fill(0);
  }

  fillNormal(name: string, deviation: number, random: Random): void {
    const values = this.parameter(name);
    for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
  }
}
