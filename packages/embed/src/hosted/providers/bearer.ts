import { OneheadError } from "@onehead/core";

/** The header that carries a key, or none without one. @throws OneheadError "invalid-argument", without the key */
export function bearer(apiKey: string | undefined): Record<string, string> {
  if (apiKey === undefined) return {};
  // fetch would quote a key that no header can hold
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    const observed = apiKey === "" ? "empty" : "holds a space, a line break or a letter outside of ASCII";
    throw new OneheadError(
      "invalid-argument",
      `hostedEmbedder: apiKey: ${observed}, expected visible ASCII characters`,
    );
  }
  return { authorization: `Bearer ${apiKey}` };
}
