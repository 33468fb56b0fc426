import type { RawVector } from "../vectors/order-vectors.js";

/** The list at a path of a parsed answer, or what is wrong in words. */
export function listAt(json: unknown, ...path: readonly string[]): unknown[] | string {
  let value = json;
  for (const name of path) {
    const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    if (!isObject) return `an answer without ${path.join(".")}`;
    value = (value as Record<string, unknown>)[name];
  }
  return Array.isArray(value) ? value : `${path.join(".")} of type ${typeof value}, expected a list`;
}

/** Vectors that stand in the order of the texts. */
export function inOrder(list: unknown[] | string): RawVector[] | string {
  return typeof list === "string" ? list : list.map((vector, index) => ({ vector, index }));
}

/** Objects of {index, embedding}, as OpenAI has them. */
export function indexed(list: unknown[] | string): RawVector[] | string {
  if (typeof list === "string") return list;
  return list.map((item) => {
    const { index, embedding } = Object(item) as { index?: unknown; embedding?: unknown };
    return { index, vector: embedding };
  });
}
