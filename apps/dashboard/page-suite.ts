import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserExpected, launchBrowser, openPage, seriousFindings } from "./page-browser.js";

/** A gateway that serves the page; for the suite it has routed a few calls, and two candidates or more can be chosen. */
export interface PageGateway {
  /** Of the page, with a slash at its end. */
  url: string;
  close: () => Promise<void>;
}

/** The views, and what is there once their data are. */
const views = [
  ["#/overview", "Overview", "By model"],
  ["#/playground", "Playground", "Candidates"],
  ["#/curve", "Cost-quality curve", "Predicted quality for its cost"],
  ["#/decisions", "Decisions", "shown"],
  ["#/models", "Models", "models"],
] as const;

const prompt = "Prove that the square root of 2 is irrational.";

async function settled(page: Page, title: string, sign: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
  await page.getByText(sign).first().waitFor();
}

/** What the page does with any gateway: one suite for the made-up one and for the real one. */
export function describePage(name: string, start: () => Promise<PageGateway>): void {
  describe.skipIf(!browserExpected)(`the page of ${name}`, () => {
    let browser: Browser;
    let gateway: PageGateway;
    beforeAll(async () => {
      [gateway, browser] = await Promise.all([start(), launchBrowser()]);
    });
    afterAll(async () => {
      await browser?.close();
      await gateway?.close();
    });

    test("walks through every view, moving the focus to its heading, without a complaint", async () => {
      const { page, complaints, close } = await openPage(browser, gateway.url);
      await settled(page, views[0][1], views[0][2]);
      for (const [hash, title, sign] of [...views.slice(1), views[0]]) {
        await page.getByRole("navigation", { name: "Views" }).locator(`a[href="${hash}"]`).click();
        await settled(page, title, sign);
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(title);
        expect(await page.title()).toBe(`${title} · Onehead`);
      }
      await page.goto(`${gateway.url}#/decisions`);
      await page.locator("tbody a").last().click();
      await page.getByRole("heading", { name: "Why", exact: true }).waitFor();
      await page.goBack();
      await settled(page, "Decisions", "shown");
      expect(complaints).toEqual([]);
      await close();
    });

    test("the slider changes the choice, with a table of candidates that is ranked anew at once", async () => {
      const { page, complaints, close } = await openPage(browser, `${gateway.url}#/playground`);
      await page.getByRole("textbox", { name: "Prompt" }).fill(prompt);
      const chosen = page.locator("tr.chosen .model-name");
      await chosen.waitFor();
      let asked = 0;
      page.on("request", () => {
        asked++;
      });
      // a gateway begins with whichever of the two it prefers by
      await page.getByRole("radio", { name: "Worth in USD" }).check();
      const slider = page.getByRole("slider");
      await slider.focus();
      await page.keyboard.press("Home");
      const cheapest = await chosen.textContent();
      expect(await slider.getAttribute("aria-valuetext")).toBe("$0.000001");
      await page.keyboard.press("End");
      expect(await chosen.textContent()).not.toBe(cheapest);
      await page.getByRole("radio", { name: "Dial 0–10" }).check();
      await slider.focus();
      await page.keyboard.press("Home");
      expect(await slider.getAttribute("aria-valuetext")).toBe("0 of 10");
      const lowest = await chosen.textContent();
      await page.keyboard.press("End");
      expect(await chosen.textContent()).not.toBe(lowest);
      expect(asked).toBe(0);
      expect(complaints).toEqual([]);
      await close();
    });

    test("a prompt streams, and its answer can be scored and looked up", async () => {
      const { page, complaints, close } = await openPage(browser, `${gateway.url}#/playground`);
      await page.getByRole("textbox", { name: "Prompt" }).fill(prompt);
      await page.getByRole("button", { name: "Run" }).click();
      const answer = page.getByRole("region", { name: "Answer" });
      await answer.locator(".phase", { hasText: "complete" }).waitFor();
      expect(await answer.locator(".answer-text").textContent()).not.toBe("");
      await answer.getByText("Predicted cost").waitFor();
      await answer.getByRole("button", { name: "Good answer" }).click();
      await answer.getByText("Noted: 1.").waitFor();
      await answer.getByRole("link", { name: "Why this model" }).click();
      await page.getByRole("heading", { name: "Tries" }).waitFor();
      expect(complaints).toEqual([]);
      await close();
    });

    test.each(["light", "dark"] as const)("axe finds nothing serious in %s", async (colorScheme) => {
      const { page, close } = await openPage(browser, gateway.url, { colorScheme });
      for (const [hash, title, sign] of views) {
        await page.goto(gateway.url + hash);
        await settled(page, title, sign);
        if (title === "Playground") {
          await page.getByRole("textbox", { name: "Prompt" }).fill(prompt);
          await page.getByRole("button", { name: "Run" }).click();
          await page.locator(".phase", { hasText: "complete" }).waitFor();
          await page.locator("tr.chosen").waitFor();
        }
        if (title === "Overview") await page.getByRole("button", { name: "Table" }).click();
        expect(await seriousFindings(page), title).toEqual([]);
      }
      await page.goto(`${gateway.url}#/decisions`);
      await page.locator("tbody a").last().click();
      await page.getByRole("heading", { name: "Why", exact: true }).waitFor();
      expect(await seriousFindings(page), "Decision").toEqual([]);
      await close();
    });

    test("nothing is wider than a phone of 360 pixels, nor has axe more to say there", async () => {
      const { page, close } = await openPage(browser, gateway.url, { viewport: { width: 360, height: 740 } });
      for (const [hash, title, sign] of views) {
        await page.goto(gateway.url + hash);
        await settled(page, title, sign);
        if (title === "Playground") {
          await page.getByRole("textbox", { name: "Prompt" }).fill(prompt);
          await page.locator("tr.chosen").waitFor();
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth), title).toBeLessThanOrEqual(360);
        expect(await seriousFindings(page), title).toEqual([]);
      }
      await close();
    });

    test("the first load weighs less than 150 kB, gzipped, and asks nobody but the gateway", async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const files: Array<Promise<[string, number]>> = [];
      page.on("response", (response) => {
        const url = new URL(response.url());
        if (/^\/(api|v1)\//.test(url.pathname)) return;
        files.push(response.body().then((body) => [url.origin, gzipSync(body).length]));
      });
      await page.goto(gateway.url, { waitUntil: "networkidle" });
      const loaded = await Promise.all(files);
      expect(loaded.length).toBeGreaterThanOrEqual(3);
      expect(new Set(loaded.map(([origin]) => origin))).toEqual(new Set([new URL(gateway.url).origin]));
      expect(loaded.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(150_000);
      await context.close();
    });
  });
}
