import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { parse } from "yaml";
import { readConfig } from "./config.js";

const guide = join(dirname(fileURLToPath(import.meta.url)), "../../../../docs/guide");
const folder = mkdtempSync(join(tmpdir(), "onehead-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = readdirSync(guide).flatMap((file) =>
  [...readFileSync(join(guide, file), "utf8").matchAll(/```(json|yaml)\n([\s\S]*?)```/g)]
    .filter(([, , text = ""]) => /^ *"?serve"?:|{"serve":/m.test(text))
    .map(([, language, text = ""], n) => ({ file, n: n + 1, language, text })),
);

it.each(blocks)("configuration $n of $file is one that is read", async ({ language, text }) => {
  const path = join(folder, `onehead.config.${language}`);
  writeFileSync(path, text);
  const { serve } = (language === "yaml" ? parse(text) : JSON.parse(text)) as { serve: object };
  expect((await readConfig(path)).serve).toMatchObject(serve);
});
