import { ProviderError, ProviderHttpError } from "@onehead/provider";
import { AwsV4Signer } from "aws4fetch";
import type { AwsCredentials, BedrockFetchSettings } from "../settings.js";

type Fetch = typeof globalThis.fetch;

/** A fetch that signs each request (AWS Signature Version 4). */
export function signingFetch(
  base: Fetch,
  region: string,
  credentials: NonNullable<BedrockFetchSettings["credentials"]>,
): Fetch {
  // keys that are derived from the secret for a day
  const cache = new Map<string, ArrayBuffer>();
  return async (input, init) => {
    const { accessKeyId, secretAccessKey, sessionToken } = await resolved(credentials);
    // of another day, or other credentials
    if (cache.size > 8) cache.clear();
    const signer = new AwsV4Signer({
      method: "POST",
      url: String(input),
      headers: new Headers(init?.headers),
      body: init?.body ?? "",
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      service: "bedrock",
      region,
      cache,
    });
    const { headers } = await signer.sign();
    return base(input, { ...init, headers });
  };
}

async function resolved(credentials: NonNullable<BedrockFetchSettings["credentials"]>): Promise<AwsCredentials> {
  let own: AwsCredentials;
  try {
    own = typeof credentials === "function" ? await credentials() : credentials;
  } catch (cause) {
    throw new ProviderHttpError("bedrock: no credentials: their function has failed", {
      status: null,
      provider: "bedrock",
      billing: "none",
      cause,
    });
  }
  for (const name of ["accessKeyId", "secretAccessKey"] as const) {
    if (typeof own?.[name] === "string" && own[name] !== "") continue;
    // what stands there instead may be a key in the wrong place
    const message = `createBedrock: credentials.${name}: missing, expected text`;
    throw new ProviderError("invalid-argument", message, { provider: "bedrock" });
  }
  return own;
}
