import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { convertLlmRouter } from "./convert-llmrouter_nim.mjs";
import { convertMmluPro } from "./convert-mmlu_pro.mjs";
import { convertOpenLlm } from "./convert-openllm_v2.mjs";
import { convertRouteLlm } from "./convert-routellm.mjs";
import { convertRouterBench } from "./convert-routerbench.mjs";
import { convertZeroEval } from "./convert-zeroeval.mjs";
import { listPrices } from "./list-prices.mjs";
import { readZip } from "./read-zip.mjs";

// Hand-made checkouts in the layouts of the sources, a row or two each; no text of theirs.
let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "onehead-checkout-"));
});
afterEach(() => rmSync(checkout, { recursive: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), content);
}

async function collect<T>(rows: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** A zip of one deflated and, where given, one stored file. */
function makeZip(files: { name: string; text: string; isStored?: boolean }[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, isStored } of files) {
    const raw = Buffer.from(text);
    const packed = isStored ? raw : deflateRawSync(raw);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(isStored ? 0 : 8, 4);
    fields.writeUInt32LE(crc32(raw), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(raw.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    // the local header has an extra field that the directory does not have
    const extra = Buffer.from([1, 0, 0, 0]);
    const localFields = Buffer.from(fields);
    localFields.writeUInt16LE(extra.length, 24);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), localFields, Buffer.from(name), extra, packed]);
    const entry = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), fields, Buffer.alloc(14), Buffer.from(name)]);
    entry.writeUInt32LE(offset, 42);
    locals.push(local);
    directory.push(entry);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directoryBytes, end]);
}

describe("readZip", () => {
  it("reads deflated and stored files by name", () => {
    const path = join(checkout, "a.zip");
    writeFileSync(
      path,
      makeZip([
        { name: "x/é.json", text: "[1]" },
        { name: "b", text: "stored", isStored: true },
      ]),
    );
    expect([...readZip(path)].map(({ name, read }) => [name, read().toString()])).toEqual([
      ["x/é.json", "[1]"],
      ["b", "stored"],
    ]);
  });

  it("refuses what has no directory", () => {
    writeFileSync(join(checkout, "no.zip"), "not a zip, but longer than the twenty-two bytes of an end record");
    expect(() => [...readZip(join(checkout, "no.zip"))]).toThrow("no zip directory");
  });
});

describe("convertRouteLlm", () => {
  it("reads MMLU by domain, one answer token, then GSM8K with the responses' characters", async () => {
    const header = "prompt,mixtral-8x7b-instruct-v0.1,gpt-4-1106-preview";
    write("routellm/evals/mmlu/responses/mmlu_zoology.csv", `${header}\n"Which?\nA. one",True,False\n`);
    write("routellm/evals/mmlu/responses/mmlu_algebra.csv", `${header}\n12345678,False,True\n`);
    const responses = "mixtral-8x7b-instruct-v0.1_response,gpt-4-1106-preview_response";
    write("routellm/evals/gsm8k/gsm8k_responses.csv", `${header},${responses}\nHow many?,True,True,four,"é🙂é🙂é"\n`);
    const rows = await collect(convertRouteLlm(checkout));
    expect(rows.map(({ id }) => id)).toEqual([
      "routellm/mmlu/algebra/0",
      "routellm/mmlu/zoology/0",
      "routellm/gsm8k/0",
    ]);
    const [mixtral, gpt4] = ["mistralai/Mixtral-8x7B-Instruct-v0.1", "gpt-4-1106-preview"];
    // 8 characters: 2 tokens in, 1 out; (2 · 10 + 1 · 30) / 10⁶ for gpt-4, (2 + 1) · 0.6 / 10⁶ for Mixtral
    expect(rows[0]).toEqual({
      id: "routellm/mmlu/algebra/0",
      dataset: "mmlu/algebra",
      prompt: "12345678",
      scores: { [mixtral]: 0, [gpt4]: 1 },
      costs: { [mixtral]: expect.closeTo(1.8e-6, 12), [gpt4]: expect.closeTo(5e-5, 12) },
      inputTokens: 2,
      outputTokens: { [mixtral]: 1, [gpt4]: 1 },
    });
    // a quarter of 4 and of 5 characters (not UTF-16 units), rounded up
    expect(rows[2].outputTokens).toEqual({ [mixtral]: 1, [gpt4]: 2 });
  });

  it("refuses a score that is neither True nor False", async () => {
    mkdirSync(join(checkout, "routellm/evals/mmlu/responses"), { recursive: true });
    write(
      "routellm/evals/gsm8k/gsm8k_responses.csv",
      "prompt,mixtral-8x7b-instruct-v0.1,gpt-4-1106-preview\nq,yes,True\n",
    );
    await expect(collect(convertRouteLlm(checkout))).rejects.toThrow("row 1: mixtral-8x7b-instruct-v0.1 is neither");
  });
});

describe("convertRouterBench", () => {
  const header = ",sample_id,prompt,eval_name,m,m|model_response,m|total_cost,oracle_model_to_route_to\n";

  it("takes the last paragraph of 5-shot prompts and a row once, RouterDC first", async () => {
    const routerDc = (name: string, rows: string) => write(`dc/datasets/routerbench_zs/${name}.csv`, header + rows);
    routerDc("mbpp_train", "0,mbpp.dev.1,['Write f.\\n\\nAnd g.'],mbpp,1.0,['x'],0.1,m\n");
    routerDc("mbpp_test", "");
    routerDc("arc_challenge_train", "1,arc.2,['Old?\\nA\\n\\nNew?\\nB) b'],arc,0.25,['x'],0.2,m\n");
    routerDc("arc_challenge_test", "");
    routerDc("winograde_train", "");
    routerDc("winograde_test", "");
    const sample =
      "0,mbpp.dev.1,['Write f.'],mbpp,0.0,['x'],0.9,m\n1,mmlu.3,['Please.\\n\\nWhich?'],mmlu,1,['x'],0.3,m\n";
    write("fcs/research/problems/llm_router/resources/sample.csv", header + sample);
    const rows = collect(convertRouterBench(join(checkout, "dc"), join(checkout, "fcs")));
    // four parts are empty on purpose: a part without rows is a broken checkout
    await expect(rows).rejects.toThrow("holds no rows");
    for (const name of ["mbpp_test", "arc_challenge_test", "winograde_train", "winograde_test"]) {
      routerDc(name, `0,${name}.1,['q'],e,1,['x'],0.1,m\n`);
    }
    const all = await collect(convertRouterBench(join(checkout, "dc"), join(checkout, "fcs")));
    expect(all.map(({ id, prompt }) => [id, prompt])).toEqual([
      ["mbpp.dev.1/0shot", "Write f.\n\nAnd g."],
      ["mbpp_test.1/0shot", "q"],
      ["arc.2/5shot", "New?\nB) b"],
      ["arc_challenge_test.1/5shot", "q"],
      ["winograde_train.1/5shot", "q"],
      ["winograde_test.1/5shot", "q"],
      ["mmlu.3/0shot", "Please.\n\nWhich?"],
    ]);
    expect(all[0]).toMatchObject({ dataset: "mbpp", scores: { m: 1 }, costs: { m: 0.1 } });
  });
});

describe("convertMmluPro", () => {
  const entry = (id: number, pred: string | null) => ({
    question_id: id,
    question: "Which one?",
    options: ["first", "second"],
    answer: "B",
    category: "law",
    pred,
    model_outputs: "12345",
  });
  const archive = (model: string, entries: object[]) =>
    write(
      `eval_results/model_outputs_${model}_5shots.zip`,
      makeZip([
        { name: `${model}/law.json`, text: JSON.stringify(entries) },
        { name: `__MACOSX/${model}/law.json`, text: "not JSON" },
        { name: `${model}/summary.json`, text: "{}" },
      ]),
    );

  it("keeps the questions that every model answered, in order of their ids", async () => {
    const models = Object.keys(listPrices("mmlu_pro"));
    for (const [index, model] of models.entries()) {
      const entries = [entry(20, "B"), entry(3, index === 0 ? "B" : null)];
      archive(model.replace("-3.1-", "-3_1-"), index === 5 ? entries : [...entries, entry(4, "B")]);
    }
    const rows = await collect(convertMmluPro(checkout));
    expect(rows.map(({ id, dataset }) => [id, dataset])).toEqual([
      ["mmlupro/3", "mmlu_pro/law"],
      ["mmlupro/20", "mmlu_pro/law"],
    ]);
    expect(rows[0].prompt).toBe("Which one?\nA. first\nB. second");
    expect(Object.values(rows[0].scores)).toEqual([1, ...Array(13).fill(0)]);
    // 29 characters: 8 tokens in, 2 out; gemini-1.5-flash (8 · 0.075 + 2 · 0.3) / 10⁶
    expect(rows[0].inputTokens).toBe(8);
    expect(rows[0].outputTokens[models[0]]).toBe(2);
    expect(rows[0].costs["gemini-1.5-flash-002"]).toBe(1.2e-6);
  });

  it("refuses entries of another layout", async () => {
    archive("Meta-Llama-3_1-70B-Instruct", [{ question_id: 1 }]);
    await expect(async () => collect(convertMmluPro(checkout))).rejects.toThrow("has no pred");
  });
});

describe("convertZeroEval", () => {
  it("scores what matched, and counts the template's characters into the prompt's tokens", async () => {
    const models = Object.keys(listPrices("zeroeval"));
    for (const task of ["gsm", "crux", "math-l5"]) {
      for (const [index, model] of models.entries()) {
        const text = task === "math-l5" ? { problem: "Solve." } : { question: "Count?" };
        const item = {
          id: `${task}-#0`,
          ...text,
          output: ["12345678"],
          matched: index === 0 ? true : "No answer extracted",
        };
        const unanswered = index === 3 ? [] : [{ ...item, id: "gone" }];
        write(`result_dirs_parsed/${task}/${model}.json`, JSON.stringify([...unanswered, item]));
      }
    }
    const rows = await collect(convertZeroEval(checkout));
    expect(rows.map(({ id, dataset, prompt }) => [id, dataset, prompt])).toEqual([
      ["gsm/gsm-#0", "zeroeval-gsm", "Count?"],
      ["crux/crux-#0", "zeroeval-crux", "Count?"],
      ["math-l5/math-l5-#0", "zeroeval-math-l5", "Solve."],
    ]);
    expect(Object.values(rows[0].scores)).toEqual([1, ...Array(26).fill(0)]);
    // (6 + 319) / 4 = 81.25, rounded up; 8 / 4 = 2; gpt-4o-mini (82 · 0.15 + 2 · 0.6) / 10⁶
    expect([rows[0].inputTokens, rows[0].outputTokens["gemma-2-2b-it"]]).toEqual([82, 2]);
    expect(rows[0].costs["gpt-4o-mini-2024-07-18"]).toBe(1.35e-5);
  });
});

describe("convertLlmRouter", () => {
  it("keeps a query once, where all models answered it, numbered within its part", async () => {
    const models = Object.keys(listPrices("llmrouter_nim"));
    const calls = (query: string, who: string[]) =>
      who.map((model, index) =>
        JSON.stringify({
          task_name: "t",
          query,
          ground_truth: "g",
          metric: "em",
          model_name: model,
          performance: index / 8,
        }),
      );
    const path = (part: string) => `data/example_data/routing_data/default_routing_${part}_data.jsonl`;
    const train = [...calls("partly", models.slice(1)), ...calls("whole", models), ...calls("also", models)];
    write(path("train"), `${train.join("\n")}\n`);
    write(path("test"), [...calls("whole", models), ...calls("new", models)].join("\n"));
    const rows = await collect(convertLlmRouter(checkout));
    expect(rows.map(({ id, prompt }) => [id, prompt])).toEqual([
      ["llmrouter/train/1", "whole"],
      ["llmrouter/train/2", "also"],
      ["llmrouter/test/1", "new"],
    ]);
    expect(rows[0].scores[models[8]]).toBe(1);
    // 5 characters: 2 tokens in, 256 assumed out; gemma-2-9b-it (2 + 256) · 0.1 / 10⁶
    expect(rows[0].costs["gemma-2-9b-it"]).toBeCloseTo(2.58e-5, 12);
    expect(rows[0]).not.toHaveProperty("outputTokens");
  });
});

describe("convertOpenLlm", () => {
  const models = Object.keys(listPrices("openllm_v2"));
  const sourceNames = models.map((model) => `open-llm-leaderboard/${model.replace("/", "__")}-details`);
  const questions = [
    { question_id: 71, question: "B?", options: ["x"], category: "law" },
    { question_id: 70, question: "A?", options: ["x", "y"], category: "law" },
  ];
  beforeEach(() => {
    const zip = makeZip([{ name: "all.json", text: JSON.stringify(questions) }]);
    write("mmlu/eval_results/model_outputs_gemini-1.5-pro-002_5shots.zip", zip);
    write("bbh/bbh/navigate.json", JSON.stringify({ examples: [{ input: "Turn left.", target: "No" }] }));
  });
  const convert = () =>
    collect(convertOpenLlm(join(checkout, "matrices.json"), join(checkout, "mmlu"), join(checkout, "bbh")));

  it("joins correctness with questions by their order", async () => {
    // an extra model of the source, first, shows that rows are found by name
    const names = ["open-llm-leaderboard/other__model-details", ...sourceNames];
    const matrix = names.map((_, row) => [row === 1 ? 1 : 0, row === 2 ? 1 : 0]);
    const tasks = {
      leaderboard_bbh_navigate: { models: names, correctness: names.map(() => [1]) },
      leaderboard_mmlu_pro: { models: names, correctness: matrix },
    };
    write("matrices.json", JSON.stringify(tasks));
    const rows = await convert();
    expect(rows.map(({ id, dataset, prompt }) => [id, dataset, prompt])).toEqual([
      ["openllm/mmlupro/70", "mmlu_pro/law", "A?\nA. x\nB. y"],
      ["openllm/mmlupro/71", "mmlu_pro/law", "B?\nA. x"],
      ["openllm/bbh_navigate/0", "bbh/navigate", "Turn left."],
    ]);
    expect([rows[0].scores[models[0]], rows[0].scores[models[1]], rows[1].scores[models[1]]]).toEqual([1, 0, 1]);
    // 12 characters: 3 tokens in, 1 out; 4 · 0.6 / 10⁶
    expect(rows[0].costs["mistralai/Mixtral-8x7B-Instruct-v0.1"]).toBeCloseTo(2.4e-6, 12);
  });

  it("refuses scores that do not fit the questions", async () => {
    const short = { models: sourceNames, correctness: models.map(() => [1]) };
    write("matrices.json", JSON.stringify({ leaderboard_mmlu_pro: short }));
    await expect(convert()).rejects.toThrow("mmlu_pro/law: 1 scores for 2 questions");
  });
});
