import type { JsonObject, JsonValue } from "@onehead/provider";

type Pattern = readonly [pattern: RegExp, label: string];

/** What looks like a secret, and what stands for it. */
const secrets: readonly Pattern[] = [
  [/\b(?:sk|pk|rk|ghp|gho|xox[abp]|AKIA|AIza|hf|glpat|eyJ)[-_A-Za-z0-9.]{16,}/g, "[secret]"],
  [/\bBearer\s+[-._~+/A-Za-z0-9]{12,}=*/gi, "Bearer [secret]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[secret]"],
];

/** The same, and what looks like personal data. */
const patterns: readonly Pattern[] = [
  ...secrets,
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g, "[iban]"],
  [/\b\d{3}-\d{2}-\d{4}\b/g, "[ssn]"],
  [/(?<!\d)(?:\d[ -]?){13,19}(?!\d)/g, "[number]"],
  [/(?<![\w.])\+?\d{1,3}?[ .-]?\(?\d{2,4}\)?(?:[ .-]\d{2,4}){2,4}(?![\w.])/g, "[phone]"],
];

/** The text without what looks like keys and tokens. */
export function redactSecrets(text: string): string {
  return secrets.reduce((redacted, [pattern, label]) => redacted.replace(pattern, label), text);
}

/** The text without what looks like e-mail addresses, card, account and phone numbers, keys and tokens. A filter of forms, no promise. */
export function redactText(text: string): string {
  return patterns.reduce((redacted, [pattern, label]) => redacted.replace(pattern, label), redactEmails(text));
}

const domain = /[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/y;
const localPart = /[\w.+-]{1,64}$/;

/** From each @ to both sides: a pattern that begins with the name would be tried at every letter, 64 times. */
function redactEmails(text: string): string {
  let redacted = "";
  let done = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", Math.max(at + 1, done))) {
    const name = localPart.exec(text.slice(Math.max(done, at - 64), at))?.[0];
    domain.lastIndex = at + 1;
    const host = domain.exec(text)?.[0];
    if (name === undefined || host === undefined) continue;
    redacted += `${text.slice(done, at - name.length)}[email]`;
    done = at + 1 + host.length;
  }
  return redacted + text.slice(done);
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
    Object.entries(value as JsonObject).map(([name, child]) => [redactText(name), redactValue(child as JsonValue)]),
  );
}
