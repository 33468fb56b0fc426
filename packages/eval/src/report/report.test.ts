import { beforeAll, describe, expect, it } from "vitest";
import { evaluate } from "../evaluation/evaluate.js";
import type { EvaluationResult, SavingsAgainst } from "../evaluation/evaluation-result.js";
import { type HintedRows, modelNames, routersOf, rowsOf } from "../evaluation/small-world.fixture.js";
import { toHtmlReport } from "./html/html-report.js";
import { toTextReport } from "./text/text-report.js";

const hostile = `<script>alert("1")</script>&'\u001b[31m\u202e`;

function doubted(savings: SavingsAgainst): SavingsAgainst {
  return { ...savings, verdict: "not-enough-evidence", reason: "9 held-out rows" };
}

function evaluated(N: number, overrides: { names?: string[]; incomplete?: boolean; free?: boolean } = {}) {
  const heldOut = rowsOf(1, 120, N);
  for (let r = 0; r < 120; r++) {
    if (overrides.incomplete) heldOut.scores[r * N] = Number.NaN;
    if (overrides.free) heldOut.costsUsd[r * N] = 0;
  }
  return evaluate<HintedRows>({
    models: overrides.names ?? modelNames(N),
    routers: routersOf(N),
    heldOut: [heldOut],
    validation: [rowsOf(2, 80, N)],
    referenceCostUsd: 1e-4 * 3 ** (N - 1),
    resamples: 50,
  });
}

let pool: EvaluationResult;
let pair: EvaluationResult;
let large: EvaluationResult;
let free: EvaluationResult;
let single: EvaluationResult;
let withoutCurves: EvaluationResult;
let untrusted: EvaluationResult;

beforeAll(async () => {
  pool = await evaluated(4);
  pair = await evaluated(2);
  large = await evaluated(14);
  free = await evaluated(3, { free: true });
  single = await evaluated(1);
  withoutCurves = await evaluated(3, { incomplete: true });
  untrusted = await evaluated(3, { names: [hostile, "b", "c"] });
  untrusted.routers[0].name = hostile;
});

describe("toTextReport", () => {
  it.each([80, 100, 160])("fits %d columns and keeps columns aligned", (columns) => {
    for (const result of [pool, pair, large, free, single, withoutCurves, untrusted]) {
      const lines = toTextReport(result, { columns }).split("\n");
      for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(columns);
      const rule = lines.findIndex((line) => /^─+( {2}─+)*$/.test(line));
      expect(rule).toBeGreaterThan(0);
      // right-aligned columns end where their rule ends
      for (const match of lines[rule].matchAll(/─+/g)) {
        if (match.index === 0) continue;
        for (const line of lines.slice(rule + 1, rule + 4)) {
          const end = match.index + match[0].length;
          expect(line.slice(end, end + 2).trim(), line).toBe("");
        }
      }
    }
  });

  it("names the subject, every router and single model, and the verdict with its interval", () => {
    const text = toTextReport(pool, { columns: 120 });
    for (const name of ["knowing", "constant", "zero router", "random mix", "oracle", ...pool.models]) {
      expect(text).toContain(name);
    }
    const value = pool.routers[0].curve?.aiq.value.toFixed(4) ?? "";
    expect(text.split("\n").find((line) => line.startsWith("knowing "))).toContain(value);
    expect(text).toMatch(/knowing against .* \(best baseline on validation rows\):\n {2}AIQ {4}[+−]0\.\d{4} \[/);
  });

  it("says why there are no curves, and still shows calibration", () => {
    const text = toTextReport(withoutCurves, { columns: 80 });
    expect(text).toContain("No curves: none of the 120 held-out rows");
    expect(text).toContain("ECE");
    expect(text).not.toContain("AIQ");
  });

  it("says what would have been saved, or why nobody can tell", () => {
    const text = toTextReport(pool, { columns: 140 });
    expect(text).toMatch(
      /What knowing would have saved on 120 held-out prompts, at λ = \S+ \(chosen on validation rows\):/,
    );
    expect(text).toMatch(/^best model: vendor\/model-\d .* % \[/m);
    expect(toTextReport(withoutCurves)).toContain("Savings: not enough evidence, for the same reason.");
    const fewer = { ...pool, savings: { ...pool.savings!, comparisons: pool.savings!.comparisons.map(doubted) } };
    expect(toTextReport(fewer)).toContain("not enough evidence  9 held-out rows");
    expect(toHtmlReport(fewer)).toContain("Not enough evidence: 9 held-out rows.");
  });

  it("colours only when told to, and lets no name forge colours or lines", () => {
    const escapeCode = "\u001b";
    expect(toTextReport(untrusted)).not.toContain(escapeCode);
    const coloured = toTextReport(untrusted, { colors: true });
    expect(coloured).toContain(`${escapeCode}[1m`);
    expect(coloured).not.toContain(`${escapeCode}[31m`);
    expect(coloured).not.toContain("\u202e");
  });
});

describe("toHtmlReport", () => {
  const all = (): EvaluationResult[] => [pool, pair, large, free, single, withoutCurves, untrusted];

  it("is one file: no script, nothing fetched, no handler", () => {
    for (const result of all()) {
      const html = toHtmlReport(result);
      expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|\son\w+=|javascript:|https?:\/\//i);
      expect(html).not.toMatch(/url\((?!#)/);
    }
  });

  it("escapes names wherever they appear", () => {
    const html = toHtmlReport(untrusted, { title: hostile, subtitle: hostile });
    expect(html).not.toContain("<script");
    expect(html).not.toContain("\u001b");
    expect(html).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;");
  });

  it("draws no NaN, no Infinity and nothing undefined", () => {
    for (const result of all()) expect(toHtmlReport(result)).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it("closes every element it opens", () => {
    const html = toHtmlReport(large);
    const open: string[] = [];
    for (const [, end, name, self] of html.matchAll(/<(\/?)([a-z][\w-]*)(?:\s[^<>]*?)?(\/?)>/gi)) {
      if (self === "/" || ["meta", "br"].includes(name)) continue;
      if (end === "") open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it("describes every picture and scopes every table header", () => {
    const html = toHtmlReport(pool);
    const pictures = [...html.matchAll(/<svg[^>]*role="img"[^>]*aria-labelledby="([\w-]+) ([\w-]+)"/g)];
    expect(pictures).toHaveLength(9);
    const ids = [...html.matchAll(/\sid="([\w-]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, title, description] of pictures) {
      expect(html).toMatch(new RegExp(`<title id="${title}">[^<]+</title>`));
      expect(html).toMatch(new RegExp(`<desc id="${description}">[^<]+</desc>`));
    }
    expect(html.match(/<th(?!ead)/g)?.length).toBe(html.match(/<th scope="(?:col|row)"/g)?.length);
  });

  it("names every AIQ variant and says which rows were left out", () => {
    const html = toHtmlReport(pool);
    for (const name of ["AIQ", "logAIQ", "AIQ, held-out hull", "AIQ, repository"]) {
      expect(html).toContain(`<dt>${name}</dt>`);
      expect(html).toContain(`<th scope="col">${name}</th>`);
    }
    expect(html).toContain("0 rows are left out");
    expect(toHtmlReport(withoutCurves)).toContain("120 rows are left out");
  });

  it("gives the same bytes for the same result", () => {
    expect(toHtmlReport(pool)).toBe(toHtmlReport(JSON.parse(JSON.stringify(pool))));
  });

  it("leaves out the log axis where a model is free", () => {
    expect(toHtmlReport(free)).not.toContain("cost-quality-log");
    expect(toHtmlReport(free)).toContain("cost-quality-linear");
  });
});

describe("a reference router", () => {
  it("stands below the routers in every report, with what it is", async () => {
    const heldOut = rowsOf(1, 120, 3);
    const [subject, ...others] = routersOf(3);
    const knowing = { ...subject, id: "true-task", name: "true-task table, prior 3", role: "reference" as const };
    const result = await evaluate<HintedRows>({
      models: modelNames(3),
      routers: [subject, knowing, ...others],
      heldOut: [heldOut],
      referenceCostUsd: 1e-3,
      resamples: 20,
    });
    const text = toTextReport(result, { columns: 120 });
    const lineOf = (name: string): number => text.split("\n").findIndex((line) => line.startsWith(name));
    expect(lineOf("true-task table")).toBeGreaterThan(lineOf("constant"));
    expect(lineOf("true-task table")).toBeGreaterThan(lineOf("random mix"));
    expect(text).toContain("is told the recorded task of each prompt: a line to look up to, no router");
    const html = toHtmlReport(result, { title: "t", subtitle: "s" });
    expect(html).toContain("series-true-task");
    expect(html).toContain("It is told the task, which nobody knows before the call");
    expect(toTextReport(pool)).not.toContain("true-task");
  });
});
