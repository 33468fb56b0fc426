import { anyBoolean, type Check, listOf, numberIn, optional, someText, textOr } from "../check/check.js";

/** What OpenAI's interfaces check the same way. */
export const samplingChecks: Readonly<Record<string, Check>> = {
  temperature: optional(numberIn(0, 2)),
  top_p: optional(numberIn(0, 1)),
  stream: optional(anyBoolean),
};

export const penaltyChecks: Readonly<Record<string, Check>> = {
  presence_penalty: optional(numberIn(-2, 2)),
  frequency_penalty: optional(numberIn(-2, 2)),
};

export const stopCheck: Check = optional(textOr(listOf(someText, { most: 4 }), "text or a list of texts"));
