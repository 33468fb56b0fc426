import type { JsonObject, JsonValue } from "@onehead/provider";

/** What looks like personal data or a secret, and what stands for it in the log. */
const patterns: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(?:sk|pk|rk|ghp|gho|xox[abp]|AKIA|AIza|hf|glpat|eyJ)[-_A-Za-z0-9.]{16,}/g, "[secret]"],
  [/\bBearer\s+[-._~+/A-Za-z0-9]{12,}=*/gi, "Bearer [secret]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[secret]"],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, "[email]"],
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g, "[iban]"],
  [/\b\d{3}-\d{2}-\d{4}\b/g, "[ssn]"],
  [/(?<!\d)(?:\d[ -]?){13,19}(?!\d)/g, "[number]"],
  [/(?<![\w.])\+?\d{1,3}?[ .-]?\(?\d{2,4}\)?(?:[ .-]\d{2,4}){2,4}(?![\w.])/g, "[phone]"],
];

/** The text without what looks like e-mail addresses, card, account and phone numbers, keys and tokens. A filter of forms, no promise. */
export function redactText(text: string): string {
  return patterns.reduce((redacted, [pattern, label]) => redacted.replace(pattern, label), text);
}

/** The same of every text in it; what was sent as bytes is left out. */
export function redactJson<T extends JsonValue>(value: T): T {
  return redactValue(value) as T;
}

function redactValue(value: JsonValue): JsonValue {
  if (typeof value === "string")
    return /^data:|^[A-Za-z0-9+/]{200,}={0,2}$/.test(value) ? "[bytes]" : redactText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(redactValue);
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, child]) => [name, redactValue(child as JsonValue)]),
  );
}
