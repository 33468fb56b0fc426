import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { readConfig } from "./config.js";

const guide = join(dirname(fileURLToPath(import.meta.url)), "../../../../docs/guide");
const folder = mkdtempSync(join(tmpdir(), "onehead-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = readdirSync(guide).flatMap((file) =>
  [...readFileSync(join(guide, file), "utf8").matchAll(/```json\n([\s\S]*?)```/g)]
    .filter(([, text = ""]) => text.includes('"serve"'))
    .map(([, text = ""], n) => ({ file, n: n + 1, text })),
);

it.each(blocks)("configuration $n of $file is one that is read", async ({ text }) => {
  const path = join(folder, "onehead.config.json");
  writeFileSync(path, text);
  expect((await readConfig(path)).serve).toMatchObject((JSON.parse(text) as { serve: object }).serve);
});
