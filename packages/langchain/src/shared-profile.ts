import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { ModelProfile } from "@langchain/core/language_models/profile";

/**
 * What every one of the models can do: agents go by it, and any of the models may be the one that answers. What one of them says
 * nothing about is left out.
 */
export function sharedProfile(models: readonly BaseChatModel[]): ModelProfile {
  const profiles = models.map(({ profile }) => Object.entries(profile ?? {}));
  const [first = [], ...others] = profiles;
  const shared = first.flatMap(([name, value]) => {
    const values = [value, ...others.map((entries) => entries.find(([other]) => other === name)?.[1])];
    const common = commonOf(values);
    return common === undefined ? [] : [[name, common]];
  });
  return Object.fromEntries(shared) as ModelProfile;
}

/** Limits: the lowest; abilities: all have it; lists: what is in each. */
function commonOf(values: readonly unknown[]): unknown {
  if (values.every((value) => typeof value === "number")) return Math.min(...values);
  if (values.every((value) => typeof value === "boolean")) return values.every(Boolean);
  if (!values.every((value) => Array.isArray(value))) return undefined;
  const [first = [], ...others] = values;
  return first.filter((item: unknown) => others.every((list) => list.includes(item)));
}
