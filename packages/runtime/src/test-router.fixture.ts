import { readFileSync } from "node:fs";
import { parseArtifact, Router } from "@onehead/core";
import type { QuestionEmbedder } from "./runtime-options.js";

const bytes = readFileSync(new URL("../../../apps/cli/artifacts/default.onehead", import.meta.url));

/** A router of three candidates without vision, whose prices differ by a factor of ten each. */
export function testRouter(): Router {
  const { manifest, ...parsed } = parseArtifact(bytes);
  const capabilities = { contextTokens: 10_000_000, tools: true, jsonMode: true };
  const candidates = manifest.candidates.map((candidate) => ({ ...candidate, capabilities }));
  const artifact = { ...parsed, manifest: { ...manifest, candidates } };
  const models = artifact.manifest.candidates
    .filter(({ profile, costKind }) => profile.kind === "measured" && costKind === "tokens")
    .slice(0, 3)
    .map(({ id }) => id);
  const prices = Object.fromEntries(
    models.map((id, i) => [id, { inputUsdPerMillionTokens: 0.1 * 10 ** i, outputUsdPerMillionTokens: 0.4 * 10 ** i }]),
  );
  return new Router(artifact, { models, prices });
}

/** An embedder that remembers what it was given. */
export function testEmbedder(router: Router): QuestionEmbedder & { texts: string[] } {
  const texts: string[] = [];
  return {
    id: router.embedderId,
    dimensions: router.dimensions,
    texts,
    async embed(given) {
      texts.push(...given);
      return new Float32Array(router.dimensions).fill(0.05);
    },
  };
}
