// docs/design/provider-faults.md says what the contract suite asserts: outcomes and skips, no more and no less.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { subjects as anthropic } from "../packages/anthropic/src/contract-subjects.fixture.js";
import { subjects as bedrock } from "../packages/bedrock/src/contract-subjects.fixture.js";
import { subjects as cohere } from "../packages/cohere/src/contract-subjects.fixture.js";
import { subjects as google } from "../packages/google/src/contract-subjects.fixture.js";
import { subjects as mistral } from "../packages/mistral/src/contract-subjects.fixture.js";
import { subjects as ollama } from "../packages/ollama/src/contract-subjects.fixture.js";
import { subjects as openai } from "../packages/openai/src/contract-subjects.fixture.js";
import { type Outcome, outcomes } from "../packages/provider-contract/src/contract/outcomes.js";

const page = readFileSync(new URL("../docs/design/provider-faults.md", import.meta.url), "utf8");
const subjects = [...anthropic, ...bedrock, ...cohere, ...google, ...mistral, ...ollama, ...openai];

/** Cells of the table between the marks of this name, without its head. */
function tableOf(name: string): string[][] {
  const block = page.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? "";
  const lines = block.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) =>
    line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.replaceAll("`", "")),
  );
}

function cellsOf(fault: string, { whole, streamed, status, contentFirst, retryable, billing }: Outcome): string[] {
  const code = (name: string): string => (name === "http" && status !== undefined ? `http ${status}` : name);
  const shown = contentFirst ? `${code(streamed)}, after content` : code(streamed);
  const again = contentFirst ? "only whole" : fault === "open-tool-call" ? "yes, until it shows" : "yes";
  const { whole: ofWhole, streamed: ofStream } = billing ?? {};
  const bill = ofWhole === ofStream ? (ofWhole ?? "by its usage") : `${ofWhole}, streamed ${ofStream}`;
  return [fault, code(whole), shown, retryable ? again : "–", bill];
}

test("the table of outcomes is the one that adapters are held to", () => {
  const written = tableOf("outcomes").map(([fault, , ...rest]) => [fault, ...rest]);
  const stated = Object.entries(outcomes).map(([fault, outcome]) => cellsOf(fault, outcome));
  expect(written.sort()).toEqual(stated.sort());
});

test("the table of skips names every one, with its reason and all subjects that have it", () => {
  const written = tableOf("skips").flatMap(([prefix, ...rest]) =>
    subjects.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => [name, ...rest]),
  );
  const stated = subjects.flatMap(({ name, skips = {} }) => Object.entries(skips).map((skip) => [name, ...skip]));
  expect(written.sort()).toEqual(stated.sort());
});
