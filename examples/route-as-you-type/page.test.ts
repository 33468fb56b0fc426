// The page as it is built, in Chromium without a network: what it shows for what is typed is what Node decides.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Decision, estimateTokens, jsBackend, parseArtifact, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { embedderOf } from "@onehead/embed";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserExpected, launchBrowser, openPage, seriousFindings } from "../../apps/dashboard/page-browser.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-page-"));
const file = join(folder, "index.html");
const artifact = parseArtifact(readFileSync(new URL("../../apps/cli/artifacts/default.edge.onehead", import.meta.url)));
const backends = { wasm: wasmBackend()!, js: jsBackend };

function decideInNode(prompt: string, willingnessToPayUsd: number, backend: keyof typeof backends): Decision {
  const kernels = { backend: backends[backend] };
  const embedding = embedderOf(artifact, kernels).embedSync([prompt]);
  return new Router(artifact, kernels).decide({ embedding, inputTokens: estimateTokens(prompt), willingnessToPayUsd });
}

/** What the page shows, its numbers with all their digits. */
function shown(page: Page): Promise<{ model: string | undefined; backend: string | undefined; ranking: unknown[] }> {
  return page.evaluate(() => {
    const ranking = [...document.querySelectorAll("#ranking tr")].map((row) => {
      const numbers = [...row.querySelectorAll<HTMLDataElement>(".measure data")].map(({ value }) => Number(value));
      return [row.querySelector("th")?.firstChild?.textContent, ...numbers];
    });
    const chosen = document.getElementById("chosen");
    return { model: chosen?.textContent, backend: chosen?.dataset["backend"], ranking };
  });
}

const asShown = ({ model, backend, ranking }: Decision) => ({
  model,
  backend,
  ranking: ranking.map((candidate) => [candidate.model, candidate.predictedQuality, candidate.predictedCostUsd]),
});

const types: Record<string, string> = { ".js": "text/javascript", ".css": "text/css" };
/** Of the server, beside the page's own. */
const policies: Record<string, string> = {
  "/refusing": "script-src 'unsafe-inline'",
  "/split/": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:",
};

const prompts = [
  "Is 97 a prime?",
  "def f(x): return x // 2  # что это? 漢字",
  "Compare the doctrines of estoppel and of consideration in the common law, with two cases each.",
];

describe.skipIf(!browserExpected)("the page", () => {
  let browser: Browser;
  let server: Server;
  let origin = "";
  const requests: string[] = [];

  beforeAll(async () => {
    const build = (...options: string[]) =>
      execFileSync(process.execPath, [join(import.meta.dirname, "build.mjs"), ...options]);
    build("--out", folder);
    build("--out", join(folder, "split"), "--split");
    server = createServer(({ url = "/" }, response) => {
      requests.push(url);
      const path = url === "/refusing" ? "/" : url;
      const policy = policies[url];
      response.writeHead(200, {
        "content-type": types[extname(path)] ?? "text/html; charset=utf-8",
        ...(policy === undefined ? {} : { "content-security-policy": policy }),
      });
      response.end(readFileSync(join(folder, path.endsWith("/") ? `${path}index.html` : path)));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["from a server", "from a file"])("decides as Node does, %s, with the network gone", async (where) => {
    requests.length = 0;
    const url = where === "from a file" ? pathToFileURL(file).href : origin;
    const { page, complaints, close } = await openPage(browser, url);
    await page.context().setOffline(true);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const prompt = page.getByRole("textbox", { name: "Prompt" });
    const models = new Set<string>();
    for (const text of prompts) {
      await prompt.fill("");
      await prompt.pressSequentially(text);
      for (const worth of ["-5.5", "-4", "-2", "1"]) {
        await page.getByRole("slider").fill(worth);
        for (const [title, backend] of [
          ["WebAssembly", "wasm"],
          ["JavaScript", "js"],
        ] as const) {
          await page.getByRole("radio", { name: title }).check();
          const decision = decideInNode(text, 10 ** Number(worth), backend);
          expect(await shown(page)).toEqual(asShown(decision));
          models.add(decision.model);
        }
      }
    }
    expect(models.size).toBeGreaterThan(2);
    // both are measured, and said aloud, once nobody types
    await expect.poll(() => page.locator("#decision-time").textContent()).toMatch(/^[\d.]+ (µs|ms)$/);
    await expect
      .poll(() => page.locator("#spoken").textContent())
      .toContain(await page.locator("#chosen").textContent());
    expect(asked).toEqual([]);
    expect(requests).toEqual(where === "from a file" ? [] : ["/"]);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(["light", "dark"] as const)(
    "has nothing that axe finds serious, %s, on a phone and on a desktop",
    async (colorScheme) => {
      for (const viewport of [
        { width: 360, height: 740 },
        { width: 1280, height: 900 },
      ]) {
        const { page, close } = await openPage(browser, origin, { colorScheme, viewport });
        // axe is a script that the page's own policy would not run
        await page.evaluate(() => document.querySelector("meta[http-equiv]")?.remove());
        expect(await seriousFindings(page)).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await close();
      }
    },
  );

  test("is worked with the keyboard alone, rows in motion", async () => {
    const { page, complaints, close } = await openPage(browser, origin, { reducedMotion: "no-preference" });
    const tab = (): Promise<void> => page.keyboard.press("Tab");
    await tab();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("prompt");
    await tab();
    await tab();
    await page.keyboard.press("Enter");
    const text = await page.getByRole("textbox", { name: "Prompt" }).inputValue();
    expect(text).toMatch(/^Prove/);
    await page.getByRole("slider").focus();
    await page.keyboard.press("End");
    expect(await page.getByRole("slider").getAttribute("aria-valuetext")).toBe("$10");
    expect(await shown(page)).toEqual(asShown(decideInNode(text, 10, "wasm")));
    await page.keyboard.press("Home");
    const cheapest = decideInNode(text, 10 ** -5.5, "wasm");
    expect(await page.locator("#chosen").textContent()).toBe(cheapest.model);
    expect(await page.evaluate(() => document.getAnimations().length)).toBeGreaterThan(0);
    await tab();
    await page.keyboard.press("ArrowRight");
    expect(await shown(page)).toEqual(asShown(decideInNode(text, 10 ** -5.5, "js")));
    expect(complaints).toEqual([]);
    await close();
  });

  test("works in parts where the server's policy refuses what is inline", async () => {
    const { page, complaints, close } = await openPage(browser, `${origin}/split/`);
    const text = await page.getByRole("textbox", { name: "Prompt" }).inputValue();
    expect(await shown(page)).toEqual(asShown(decideInNode(text, 0.01, "wasm")));
    expect(
      await page
        .locator(".panel")
        .first()
        .evaluate((panel) => getComputedStyle(panel).borderRadius),
    ).toBe("14px");
    expect(complaints).toEqual([]);
    await close();
  });

  test("goes on in JavaScript where a policy refuses WebAssembly", async () => {
    const { page, close } = await openPage(browser, `${origin}/refusing`);
    expect(await page.getByRole("radio", { name: "WebAssembly" }).isDisabled()).toBe(true);
    expect(await page.getByRole("radio", { name: "JavaScript" }).isChecked()).toBe(true);
    const text = await page.getByRole("textbox", { name: "Prompt" }).inputValue();
    expect(await shown(page)).toEqual(asShown(decideInNode(text, 0.01, "js")));
    await close();
  });
});
