import { type Backend, type Decision, jsBackend, parseArtifact } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { formatMicroseconds, formatShare, formatUsd } from "./format.js";
import { microsecondsOf } from "./measure.js";
import { PageRouter } from "./page-router.js";
import { RankingTable } from "./ranking-table.js";
import { samples } from "./samples.js";

// what is measured, and what is read out, waits until nobody types
const pauseMs = 350;

function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new TypeError(`page: #${id} is missing`);
  return element;
}

/** The artifact's bytes, which the build put into the page as text. */
function artifactBytes(): Uint8Array {
  const binary = atob(byId("artifact", HTMLScriptElement).text.trim());
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function start(): void {
  const wasm = wasmBackend();
  const artifact = parseArtifact(artifactBytes(), { backend: wasm ?? jsBackend });
  const routers = new Map<string, PageRouter>();
  const open = (backend: Backend | null): void => {
    if (backend !== null) routers.set(backend.name, new PageRouter(artifact, backend));
  };
  open(wasm);
  open(jsBackend);

  const prompt = byId("prompt", HTMLTextAreaElement);
  const worth = byId("worth", HTMLInputElement);
  const worthText = byId("worth-text", HTMLOutputElement);
  const table = new RankingTable(byId("ranking", HTMLTableSectionElement));
  const [chosen, reason, tokens, familiarity, embeddingTime, decisionTime, spoken] = [
    "chosen",
    "reason",
    "tokens",
    "familiarity",
    "embedding-time",
    "decision-time",
    "spoken",
  ].map((id) => byId(id, HTMLElement));
  const choices = [...document.querySelectorAll<HTMLInputElement>('input[name="backend"]')];
  for (const choice of choices) choice.disabled = !routers.has(choice.value);
  for (const choice of choices) choice.checked = choice.value === (routers.has("wasm") ? "wasm" : "js");

  let pause: ReturnType<typeof setTimeout> | undefined;

  const show = (decision: Decision, worthUsd: number): void => {
    const [best] = decision.ranking;
    chosen.textContent = decision.model;
    chosen.dataset["backend"] = decision.backend;
    reason.textContent = reasonOf(decision, worthUsd);
    tokens.textContent = decision.inputTokens.toLocaleString("en");
    familiarity.textContent = `${(100 * decision.familiarity).toFixed(0)} %`;
    table.show(decision);
    clearTimeout(pause);
    pause = setTimeout(() => {
      measure(worthUsd);
      spoken.textContent = `${decision.model}: quality ${formatShare(best.predictedQuality)}, cost ${formatUsd(best.predictedCostUsd)}`;
    }, pauseMs);
  };

  const current = (): PageRouter => routers.get(choices.find(({ checked }) => checked)?.value ?? "js")!;

  const measure = (worthUsd: number): void => {
    const router = current();
    const text = prompt.value;
    const embedding = router.embed(text);
    embeddingTime.textContent = formatMicroseconds(microsecondsOf(() => router.embed(text)));
    decisionTime.textContent = formatMicroseconds(microsecondsOf(() => router.decide(embedding, text, worthUsd)));
  };

  const route = (): void => {
    const worthUsd = 10 ** Number(worth.value);
    worthText.value = formatUsd(worthUsd);
    worth.setAttribute("aria-valuetext", formatUsd(worthUsd));
    const router = current();
    show(router.decide(router.embed(prompt.value), prompt.value, worthUsd), worthUsd);
  };

  for (const { title, text } of samples) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => {
      prompt.value = text;
      route();
    });
    byId("samples", HTMLFieldSetElement).append(button);
  }
  // a reload keeps what was typed
  if (prompt.value === "") prompt.value = samples[0].text;
  for (const control of [prompt, worth, ...choices]) control.addEventListener("input", route);
  route();
}

/** One sentence for people: what is expected, and whom it beat by how much. */
function reasonOf({ ranking }: Decision, worthUsd: number): string {
  const [best, next] = ranking;
  const expected = `Expected to be ${formatShare(best.predictedQuality)} right for ${formatUsd(best.predictedCostUsd)}.`;
  if (next === undefined) return expected;
  const ahead = formatUsd((best.reward - next.reward) * worthUsd);
  return `${expected} Ahead of ${next.model} by ${ahead} of net value.`;
}

try {
  start();
} catch (error) {
  const failure = byId("failure", HTMLElement);
  failure.textContent = `The router could not start: ${error instanceof Error ? error.message : String(error)}`;
  failure.hidden = false;
  byId("main", HTMLElement).hidden = true;
  throw error;
}
