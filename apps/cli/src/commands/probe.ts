import { type Artifact, estimateTokens, OneheadError, type Prices, serializeArtifact } from "@onehead/core";
import type { Embedder } from "@onehead/embed";
import { chooseProbePrompts, type ProbeMethod, type ProbePrompt, probeModel, type ScoredPrompt } from "@onehead/train";
import { defineCommand } from "citty";
import { artifactEmbedder, type ClosedEmbedder } from "../embedders/artifact-embedder.js";
import { openForPrompts } from "../embedders/open-for-prompts.js";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { readArtifactOrDefault } from "../files/default-artifact.js";
import { parsePrecision, withEmbedderFor } from "../files/precision.js";
import { assertWritable, writeFileAtomically } from "../files/write-atomically.js";
import { assertPrintableName } from "../output/assert-printable-name.js";
import { printable } from "../output/printable.js";
import { createProgress } from "../output/progress.js";
import { type AddedModel, addScoredModel } from "../probing/add-scored-model.js";
import { type ProbeTarget, probeArgs, probeTarget, readModelPrices, scorerFor } from "../probing/probe-options.js";
import { assertOfPrompts, readProbePrompts, readScores } from "../probing/prompt-files.js";
import { ScoreKeeper } from "../probing/score-keeper.js";
import { interruptSignal } from "../process/interrupt-signal.js";
import { UsageError } from "../process/report-failure.js";
import { parseNumber } from "./parse-number.js";

export const probe = defineCommand({
  meta: {
    name: "probe",
    description: `Add a model to a trained router from a few dozen scored prompts, without retraining

Examples:
  onehead probe --artifact a.onehead --data rows.jsonl --model new-model --prices 0.15,0.60 --out b.onehead \\
    --base-url https://api.example.com/v1 --api-key-env EXAMPLE_API_KEY --scorer choice
  onehead probe … --command "llm -m new-model"          any command: prompt on standard input, answer on standard output
In two steps, when you score the answers yourself:
  onehead probe --artifact a.onehead --data rows.jsonl --choose-only --out to-score.jsonl
  onehead probe --artifact a.onehead --model new-model --prices 0.15,0.60 --scores scored.jsonl --out b.onehead

--data is JSON Lines of {"id", "prompt", "answer"}; --scores of {"prompt", "score"} with inputTokens, outputTokens or costUsd
where they are known. Scored prompts are kept as they come: after Ctrl-C go on with --resume.`,
  },
  args: probeArgs,
  async run({ args }) {
    if (args["choose-only"]) return chooseOnly(args);
    const { model, out } = args;
    if (model === undefined) throw new UsageError("--model is missing");
    if (out === undefined) throw new UsageError("--out is missing");
    assertPrintableName("--model", model);
    const precision = parsePrecision("probe", args.precision);
    const kept = `${out}.scored.jsonl`;
    const read = { "--data": args.data, "--prices": args.prices };
    // a router may be extended in its place: nothing of it is lost
    await assertKeepsInputs({ "--out": out }, { ...read, "--scores": args.scores });
    // added to and then removed, unless scores are given
    if (args.scores === undefined) {
      await assertKeepsInputs({ "the kept scores of --out": kept }, { ...read, "--artifact": args.artifact });
    }
    await assertWritable(out);
    const prices = args.prices === undefined ? undefined : await readModelPrices(args.prices, model);
    // the new model is fitted to vectors of the embedder that will serve it
    const artifact = withEmbedderFor(await readArtifactOrDefault(args.artifact), precision);
    const closed = await artifactEmbedder(artifact, args.embedder);
    const signal = interruptSignal();
    // what cannot be added is said before anything is sent
    assertAddable(artifact, model, prices);
    const keeper = new ScoreKeeper(kept, model);
    const { scored, failed, embedder } =
      args.scores === undefined
        ? await askModel(artifact, closed, args, model, keeper, signal)
        : await readScored(
            args.scores,
            model,
            (scored) => assertAddable(artifact, model, prices, scored),
            closed,
            args,
            signal,
          );
    const embeddings = await embedder.embed(promptsOf(scored), { signal });
    const added = addScoredModel(artifact, model, prices, scored, embeddings);
    await writeFileAtomically(out, serializeArtifact(added.artifact, { precision }));
    if (failed > 0)
      console.error(`what is scored is kept in ${keeper.path}: --resume asks for the other ${failed} again`);
    else if (args.scores === undefined) await keeper.remove();
    printSummary(added, scored, out, args.json === true);
  },
});

/** Scored prompts, how many were asked in vain, and the artifact's embedder for them. */
interface ScoredAndEmbedder {
  scored: ScoredPrompt[];
  failed: number;
  embedder: Embedder;
}

type Args = Parameters<NonNullable<typeof probe.run>>[0]["args"];

async function chooseOnly(args: Args): Promise<void> {
  await assertKeepsInputs({ "--out": args.out }, { "--data": args.data, "--artifact": args.artifact });
  if (args.out !== undefined) await assertWritable(args.out);
  const artifact = await readArtifactOrDefault(args.artifact);
  const closed = await artifactEmbedder(artifact, args.embedder);
  const { chosen } = await choosePrompts(artifact, closed, args, false, [], interruptSignal());
  const text = chosen.map((prompt) => `${JSON.stringify(prompt)}\n`).join("");
  if (args.out === undefined) process.stdout.write(text);
  else await writeFileAtomically(args.out, text);
  if (args.json && args.out !== undefined) console.log(JSON.stringify({ prompts: chosen.length, out: args.out }));
}

/** @param kept scored by an earlier run: they are embedded too, later */
async function choosePrompts(
  artifact: Artifact,
  closed: ClosedEmbedder,
  args: Args,
  needsAnswers: boolean,
  kept: readonly ScoredPrompt[],
  signal: AbortSignal,
): Promise<{ chosen: ProbePrompt[]; embedder: Embedder }> {
  if (args.data === undefined) throw new UsageError("--data is missing");
  const all = await readProbePrompts(args.data);
  assertOfPrompts(kept, all, args.data);
  const usable = needsAnswers ? all.filter(({ answer }) => answer !== undefined) : all;
  if (usable.length === 0) {
    const found = `${args.data}: ${all.length} prompts, none with an answer`;
    throw new OneheadError("invalid-argument", `probe: ${found}, expected one for --scorer ${args.scorer}`);
  }
  const embedder = await openEmbedder(closed, [...promptsOf(usable), ...promptsOf(kept)], args, signal);
  const embeddings = await embedder.embed(promptsOf(usable), { signal });
  const count = parseNumber("probe: --count", args.count);
  const chosen = chooseProbePrompts(artifact, embeddings, count, {
    method: args.method as ProbeMethod,
    seed: parseNumber("probe: --seed", args.seed),
  });
  return { chosen: Array.from(chosen, (r) => usable[r]), embedder };
}

/** Says before what the embedder is sent, if anything; what it has embedded once it keeps. */
async function openEmbedder(
  closed: ClosedEmbedder,
  prompts: readonly string[],
  args: Args,
  signal: AbortSignal,
): Promise<Embedder> {
  const consent = { yes: args.yes === true, json: args.json === true };
  const cacheEntries = Math.max(1024, prompts.length);
  return (await openForPrompts("probe", closed, prompts, { ...consent, signal, cacheEntries })).embedder;
}

/** @param check of what was read, before anything is sent */
async function readScored(
  path: string,
  model: string,
  check: (scored: ScoredPrompt[]) => void,
  closed: ClosedEmbedder,
  args: Args,
  signal: AbortSignal,
): Promise<ScoredAndEmbedder> {
  const scored = await readScores(path, model);
  if (scored.length === 0) {
    throw new OneheadError("invalid-argument", `probe: ${path}: no scored prompt, expected at least one`);
  }
  check(scored);
  return { scored, failed: 0, embedder: await openEmbedder(closed, promptsOf(scored), args, signal) };
}

const promptsOf = (entries: ReadonlyArray<{ prompt: string }>): string[] => entries.map(({ prompt }) => prompt);

/** Sends the chosen prompts that no earlier run has scored. */
async function askModel(
  artifact: Artifact,
  closed: ClosedEmbedder,
  args: Args,
  model: string,
  keeper: ScoreKeeper,
  signal: AbortSignal,
): Promise<ScoredAndEmbedder> {
  const target: ProbeTarget = probeTarget(args, model);
  const { score, needsAnswers } = scorerFor(args, target.timeoutMs);
  const kept = await keeper.open(args.resume === true);
  const done = new Set(kept.map(({ id }) => id));
  const { chosen, embedder } = await choosePrompts(artifact, closed, args, needsAnswers, kept, signal);
  const prompts = chosen.filter(({ id }) => !done.has(id));
  const tokens = prompts.reduce((sum, { prompt }) => sum + estimateTokens(prompt), 0);
  const before = kept.length === 0 ? "" : `; ${kept.length} were scored before`;
  console.error(
    `${prompts.length} prompts, about ${tokens.toLocaleString("en")} tokens, go to ${target.name}${before}`,
  );

  const progress = createProgress(process.stderr);
  let scoredNow = 0;
  let failed = 0;
  let sum = 0;
  const show = (): void => {
    const mean = scoredNow === 0 ? "" : `, mean score ${(sum / scoredNow).toFixed(2)}`;
    progress.update(
      `scored (${scoredNow} of ${prompts.length}, ${failed} failed${mean})`,
      (scoredNow + failed) / prompts.length,
    );
  };
  try {
    const { scored, failures } = await probeModel({
      prompts,
      complete: target.complete,
      score,
      concurrency: parseNumber("probe: --concurrency", args.concurrency),
      signal,
      onScored: async (one) => {
        await keeper.keep(one);
        scoredNow++;
        sum += one.score;
        show();
      },
      onFailed: () => {
        failed++;
        show();
      },
    });
    progress.end();
    if (failures.length > 0) {
      const [{ id, error }] = failures;
      const why = OneheadError.isInstance(error) ? error.message : "the call threw";
      console.error(printable(`${failures.length} prompts failed and are left out; ${JSON.stringify(id)}: ${why}`));
    }
    const held = [...kept, ...scored];
    if (held.length === 0) throw nothingScored(prompts.length, failures[0]?.error);
    return { scored: held, failed: failures.length, embedder };
  } catch (error) {
    progress.end();
    const held = kept.length + scoredNow;
    if (!OneheadError.isInstance(error) || held === 0) throw error;
    const left = `${held} scored prompts are kept in ${keeper.path}; go on with --resume`;
    throw new OneheadError(
      error.code,
      error.code === "aborted" ? `probe: stopped: ${left}` : `${error.message}; ${left}`,
    );
  }
}

function nothingScored(asked: number, cause: unknown): OneheadError {
  const why = OneheadError.isInstance(cause) ? cause : new OneheadError("invalid-argument", "no prompt to ask");
  return new OneheadError(why.code, `probe: none of ${asked} prompts was scored: ${why.message}`, { cause });
}

// with a cost, which a pool that counts USD needs
const trial: readonly ScoredPrompt[] = [{ id: "trial", prompt: "trial", score: 1, costUsd: 1, inputTokens: 1 }];

/** Adds the model with made-up vectors to see that it can be, since real ones may have to be asked for. */
function assertAddable(
  artifact: Artifact,
  model: string,
  prices: Prices | undefined,
  scored: readonly ScoredPrompt[] = trial,
): void {
  const embeddings = new Float32Array(scored.length * artifact.manifest.embedder.dimensions).fill(0.1);
  addScoredModel(artifact, model, prices, scored, embeddings);
}

function printSummary(added: AddedModel, scored: readonly ScoredPrompt[], out: string, json: boolean): void {
  const { candidate, predictedQuality, uncertainty } = added;
  const meanScore = scored.reduce((sum, { score }) => sum + score, 0) / scored.length;
  const { profile } = candidate;
  const costRows = profile.kind === "probed" ? profile.costRows : 0;
  if (json) {
    console.log(
      JSON.stringify({ artifact: out, candidate, scored: scored.length, meanScore, predictedQuality, uncertainty }),
    );
    return;
  }
  console.log(`${out}: ${candidate.id}, added from ${scored.length} scored prompts`);
  if (scored.length > 0) {
    console.log(
      `mean score ${meanScore.toFixed(3)}; predicted there ${predictedQuality.toFixed(3)} ± ${uncertainty.toFixed(3)}`,
    );
  }
  if (costRows === 0)
    console.log(
      "no answer's length or cost was known: it is taken to cost what its price makes of the others' answers",
    );
}
