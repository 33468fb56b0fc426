import { invalidArgument } from "@onehead/provider";

/** @throws ProviderError "invalid-argument" for a name that would change the address of the call */
export function assertModelName(where: string, model: unknown): asserts model is string {
  const fits = typeof model === "string" && /^[\w.:@-]+(\/[\w.:@-]+)*$/.test(model) && !model.includes("..");
  if (!fits) throw invalidArgument(where, model === "" ? '""' : model, "a model's name, such as gemini-3.5-flash");
}

/** The resource of a model, such as models/gemini-3.5-flash; names that are one already stay as they are. */
export function modelPath(model: string): string {
  return model.includes("/") ? model : `models/${model}`;
}

/** Models up to Gemini 2.5 take budgets of thinking, later ones levels. */
export function takesBudgets(model: string): boolean {
  return /gemini-[12][.-]/.test(model);
}

/** Gemini 3 and later refuse a tool call of an earlier turn that has no signature. */
export function checksSignatures(model: string): boolean {
  return model.includes("gemini") && !takesBudgets(model);
}
