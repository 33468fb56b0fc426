import { invalidArgument } from "../errors/invalid-argument.js";

/** @param where `<function>: <field>`. @throws OneheadError "invalid-argument" unless it is a Float32Array of finite numbers */
export function assertEmbedding(where: string, embedding: unknown): asserts embedding is Float32Array {
  if (!(embedding instanceof Float32Array)) throw invalidArgument(where, typeof embedding, "a Float32Array");
  const wrong = embedding.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw invalidArgument(`${where}[${wrong}]`, embedding[wrong], "a finite number");
}
