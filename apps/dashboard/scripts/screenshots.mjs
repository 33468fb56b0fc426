// Pictures of every view, on a phone and a desktop, light and dark, with made-up data: node scripts/screenshots.mjs FOLDER [VIEW…]
// The whole length of each view; with SCREEN=1 what the screen shows of it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { runnerImport } from "vite";

const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error("usage: node scripts/screenshots.mjs FOLDER [VIEW…]");
mkdirSync(folder, { recursive: true });

const fixture = fileURLToPath(new URL("../src/mock-gateway.fixture.ts", import.meta.url));
const { module } = await runnerImport(fixture, { configFile: false });
const gateway = await module.startMockGateway();
const fresh = await module.startMockGateway({ empty: true });
const locked = await module.startMockGateway({ key: "secret" });

const write = async (page) => {
  await page.getByRole("textbox", { name: "Prompt" }).fill("Prove that the square root of 2 is irrational.");
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByText("complete").first().waitFor();
  await page.locator(".ranking tbody tr").first().waitFor();
};
const views = [
  ["overview", gateway, "#/overview"],
  ["overview-30d", gateway, "#/overview?range=30d"],
  ["overview-empty", fresh, "#/overview"],
  ["playground-empty", gateway, "#/playground"],
  ["playground", gateway, "#/playground", write],
  ["curve", gateway, "#/curve"],
  ["decisions", gateway, "#/decisions"],
  ["decision", gateway, `#/decisions/00000000-0000-4000-8000-00000000000a`],
  ["models", gateway, "#/models"],
  ["locked", locked, "#/overview"],
].filter(([name]) => only.length === 0 || only.includes(name));

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
  ],
});
for (const [size, width, height] of [
  ["desktop", 1280, 800],
  ["phone", 390, 844],
]) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
    for (const [name, { url }, hash, act] of views) {
      const page = await context.newPage();
      await page.goto(url + hash);
      await page.waitForLoadState("networkidle");
      await act?.(page);
      await page.screenshot({
        path: join(folder, `${name}-${size}-${colorScheme}.png`),
        fullPage: process.env["SCREEN"] !== "1",
      });
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
await Promise.all([gateway, fresh, locked].map(({ close }) => close()));
