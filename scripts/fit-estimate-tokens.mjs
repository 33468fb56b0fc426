// Fits the coefficients of @onehead/core's estimateTokens and prints them with the error on every kind of text.
//
//   node scripts/fit-estimate-tokens.mjs TOKENIZER_MODULE
//
// TOKENIZER_MODULE exports `encode(text)` (gpt-tokenizer's o200k_base, installed anywhere outside the project). The texts
// are what the TypeScript package ships: its messages in thirteen languages, its sources, its JSON; half of the pieces of
// every kind are fitted, the other half measured.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import esbuild from "esbuild";

const [tokenizerPath] = process.argv.slice(2);
if (!tokenizerPath) {
  console.error("usage: node scripts/fit-estimate-tokens.mjs TOKENIZER_MODULE");
  process.exit(2);
}
const { encode } = await import(pathToFileURL(tokenizerPath));
const { outputFiles } = await esbuild.build({
  entryPoints: ["packages/core/src/tokens/count-classes.ts"],
  bundle: true,
  format: "esm",
  write: false,
});
const { countClasses, tokenClasses } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

const typescript = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "lib");
const languages = ["cs", "de", "es", "fr", "it", "ja", "ko", "pl", "pt-br", "ru", "tr", "zh-cn", "zh-tw"];
const messagesOf = (language) =>
  Object.values(JSON.parse(readFileSync(join(typescript, language, "diagnosticMessages.generated.json"), "utf8")));
const english = readFileSync(join(typescript, "typescript.d.ts"), "utf8");
const kinds = {
  english: (english.match(/^ *\* .*$/gm) ?? []).map((line) => line.replace(/^ *\* ?/, "")).join("\n"),
  code: english.replace(/^ *[/*].*$/gm, "").slice(0, 200_000),
  javascript: readFileSync(join(typescript, "_tsc.js"), "utf8").slice(100_000, 300_000),
  json: readFileSync(join(typescript, "../package.json"), "utf8").repeat(3),
  ...Object.fromEntries(languages.map((language) => [language, messagesOf(language).join("\n").slice(0, 200_000)])),
};

const pieceLength = 600;
const samples = [];
for (const [kind, text] of Object.entries(kinds)) {
  for (let at = 0; at + pieceLength <= text.length; at += pieceLength) {
    const piece = text.slice(at, at + pieceLength);
    const counts = new Float64Array(tokenClasses.length);
    countClasses(piece, counts);
    samples.push({ kind, counts, tokens: encode(piece).length, fitted: (at / pieceLength) % 2 === 0 });
  }
}
const weightOf = new Map();
for (const { kind, fitted } of samples) if (fitted) weightOf.set(kind, (weightOf.get(kind) ?? 0) + 1);

// least relative squares with non-negative coefficients, every kind weighing alike, by coordinate descent
const n = tokenClasses.length;
const coefficients = new Float64Array(n).fill(0.3);
const rows = samples
  .filter(({ fitted }) => fitted)
  .map(({ kind, counts, tokens }) => ({ x: counts.map((c) => c / tokens), w: 1 / weightOf.get(kind) }));
for (let sweep = 0; sweep < 3000; sweep++) {
  for (let j = 0; j < n; j++) {
    let numerator = 0;
    let denominator = 1e-9;
    for (const { x, w } of rows) {
      if (x[j] === 0) continue;
      let rest = 1;
      for (let i = 0; i < n; i++) if (i !== j) rest -= coefficients[i] * x[i];
      numerator += w * x[j] * rest;
      denominator += w * x[j] * x[j];
    }
    coefficients[j] = Math.max(0, numerator / denominator);
  }
}
for (const [j, name] of tokenClasses.entries()) console.log(name.padEnd(14), coefficients[j].toFixed(3));
for (const kind of Object.keys(kinds)) {
  const held = samples.filter((sample) => sample.kind === kind && !sample.fitted);
  let error = 0;
  let bias = 0;
  for (const { counts, tokens } of held) {
    const ratio = counts.reduce((sum, c, i) => sum + c * coefficients[i], 0) / tokens - 1;
    error += Math.abs(ratio) / held.length;
    bias += ratio / held.length;
  }
  console.log(kind.padEnd(14), `error ${(100 * error).toFixed(1)} %`, `bias ${(100 * bias).toFixed(1)} %`, held.length);
}
