// The built page in a browser, under a strict policy. Needs `vite build` first, as `npm test` does.
import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserExpected, launchBrowser, openPage, seriousFindings } from "./page-browser.js";
import { describePage } from "./page-suite.js";
import { hostileName } from "./src/mock-data.fixture.js";
import { type MockGateway, type MockOptions, startMockGateway } from "./src/mock-gateway.fixture.js";

async function start(options: MockOptions = {}): Promise<MockGateway> {
  if (!existsSync(new URL("dist/index.html", import.meta.url))) throw new Error("the page is not built");
  return startMockGateway(options);
}

describePage("a made-up gateway", () => start());

describe.skipIf(!browserExpected)("the page and a gateway that", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test("has many decisions: filters and pages are in the address", async () => {
    const gateway = await start();
    const { page, complaints, close } = await openPage(browser, `${gateway.url}#/decisions`);
    const rows = page.locator("tbody tr");
    await page.getByText("50 shown").waitFor();
    const newest = await rows.first().getAttribute("data-key");
    await page.getByRole("link", { name: "Older" }).click();
    await page.waitForFunction((key) => document.querySelector("tbody tr")?.getAttribute("data-key") !== key, newest);
    await page.getByRole("link", { name: "Older" }).click();
    // 130 decisions are two full pages and 30
    await page.getByText("30 shown").waitFor();
    expect(await page.getByRole("link", { name: "Older" }).count()).toBe(0);
    await page.getByRole("link", { name: "Newest" }).click();
    await page.getByText("50 shown").waitFor();

    await page.getByLabel("Status").selectOption("failed");
    await page.waitForURL(/status=failed/);
    await page.getByText("16 shown").waitFor();
    expect(new Set(await page.locator("tbody .badge").allTextContents())).toEqual(new Set(["failed"]));
    await page.getByLabel("Surface").selectOption("messages");
    await page.waitForURL(/surface=messages/);
    await page.goBack();
    await page.getByText("16 shown").waitFor();
    await page.reload();
    await page.getByText("16 shown").waitFor();
    expect(await page.getByLabel("Status").inputValue()).toBe("failed");
    await page.getByRole("link", { name: "Clear filters" }).click();
    await page.getByLabel("Feedback").selectOption("true");
    await page.waitForURL(/scored=true/);
    await page.getByLabel("Model").selectOption("mistral/mistral-large-4");
    await page.getByText("No decision fits these filters.").waitFor();
    expect(gateway.requests.at(-1)?.path).toContain("model=mistral%2Fmistral-large-4");
    expect(complaints).toEqual([]);
    await close();
    await gateway.close();
  });

  test("asks for a key: it is kept in the tab alone, and a wrong one is told", async () => {
    const gateway = await start({ key: "secret" });
    const { page, close } = await openPage(browser, gateway.url);
    await page.getByRole("heading", { name: "This gateway asks for a key" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel("Key").fill("wrong");
    await page.getByRole("button", { name: "Unlock" }).click();
    await page.getByRole("alert").getByText("does not accept").waitFor();
    await page.getByLabel("Key").fill("secret");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "By model" }).waitFor();
    expect(await page.evaluate(() => JSON.stringify([localStorage, document.cookie, location.href]))).not.toContain(
      "secret",
    );
    await page.reload();
    await page.getByRole("heading", { name: "By model" }).waitFor();
    const other = await page.context().newPage();
    await other.goto(gateway.url);
    await other.getByRole("heading", { name: "This gateway asks for a key" }).waitFor();
    await page.getByRole("button", { name: "Forget the key" }).click();
    await page.getByRole("heading", { name: "This gateway asks for a key" }).waitFor();
    await close();
    await gateway.close();
  });

  test("fails, and comes back: the error is shown in its place, with another try", async () => {
    const gateway = await start();
    gateway.failing.add("/api/");
    gateway.failing.add("/v1/");
    const { page, close } = await openPage(browser, gateway.url);
    for (const view of ["overview", "curve", "decisions", "models"]) {
      await page.goto(`${gateway.url}#/${view}`);
      await page.getByRole("alert").getByText("The state cannot be read.").waitFor();
      expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    }
    await page.goto(`${gateway.url}#/playground`);
    await page.getByRole("textbox", { name: "Prompt" }).fill("Hello");
    await page.getByRole("alert").getByText("The state cannot be read.").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    gateway.failing.clear();
    await page.getByRole("button", { name: "Retry" }).click();
    await page.locator("tr.chosen").waitFor();
    await page.goto(`${gateway.url}#/overview`);
    // the frame's own questions were asked again by the same click
    await page.getByText("Notices").or(page.getByLabel("Notices")).first().waitFor();
    await page.getByRole("heading", { name: "By model" }).waitFor();

    // the network goes
    await gateway.close();
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("alert").getByText("cannot be reached").waitFor();
    // old numbers stay below it
    await page.getByRole("heading", { name: "By model" }).waitFor();
    await close();
  });

  test("breaks an answer off, or is stopped: what came stays, and the gateway hears of it", async () => {
    const gateway = await start({ wordMs: 40 });
    const { page, close } = await openPage(browser, `${gateway.url}#/playground`);
    await page.getByRole("textbox", { name: "Prompt" }).fill("break this one");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("alert").getByText("The provider broke the stream.").waitFor();
    expect(await page.locator(".answer-text").textContent()).toContain("Canberra");

    await page.getByRole("textbox", { name: "Prompt" }).fill("a long one");
    await page.getByRole("button", { name: "Run" }).click();
    await page.locator(".answer-text").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.locator(".phase", { hasText: "stopped" }).waitFor();
    expect(await page.locator(".answer-text").textContent()).toContain("Canberra");
    await expect
      .poll(() => gateway.requests.filter(({ aborted, path }) => aborted && path.includes("chat")).length)
      .toBe(1);
    await close();
    await gateway.close();
  });

  test("is asked once for a prompt that is typed fast, and sent the preference that is shown", async () => {
    const gateway = await start();
    const { page, close } = await openPage(browser, `${gateway.url}#/playground`);
    await page
      .getByRole("textbox", { name: "Prompt" })
      .pressSequentially("What is the capital of Australia?", { delay: 5 });
    await page.locator("tr.chosen").waitFor();
    const routes = gateway.requests.filter(({ path }) => path === "/v1/route");
    expect(routes).toHaveLength(1);
    expect(routes[0].body).toEqual({
      model: "auto",
      messages: [{ role: "user", content: "What is the capital of Australia?" }],
      router: { explain: true },
    });
    await page.getByRole("radio", { name: "Dial 0–10" }).check();
    await page.getByRole("slider").fill("75");
    await page.getByRole("button", { name: "Run" }).click();
    await page.locator(".phase", { hasText: "complete" }).waitFor();
    const run = gateway.requests.find(({ path }) => path === "/v1/chat/completions");
    expect(run?.body).toMatchObject({ stream: true, router: { costQuality: 7.5 } });
    expect(await page.locator(".answer .model-name").textContent()).toBe(
      await page.locator("tr.chosen .model-name").textContent(),
    );
    await close();
    await gateway.close();
  });

  test("sends markup in names and prompts: it is shown as text", async () => {
    const gateway = await start({ hostile: true });
    const { page, complaints, close } = await openPage(browser, `${gateway.url}#/models`);
    await page.getByText(hostileName.slice(5)).waitFor();
    await page.goto(`${gateway.url}#/decisions?model=${encodeURIComponent(hostileName)}`);
    await page.getByText("No decision fits").waitFor();
    await page.goto(`${gateway.url}#/decisions/00000000-0000-4000-8000-000000000002`);
    await page.getByText("<script>alert('no')</script>").first().waitFor();
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).toBe("Decision · Onehead");
    expect(complaints).toEqual([]);
    await close();
    await gateway.close();
  });

  test("has seen no call yet: the first request is written out, with its own address", async () => {
    const gateway = await start({ empty: true });
    const { page, complaints, close } = await openPage(browser, gateway.url);
    await page.getByText(`curl ${gateway.url}v1/chat/completions`).waitFor();
    await page.getByRole("radio", { name: "Python" }).check();
    await page.getByText(`base_url="${gateway.url}v1"`).waitFor();
    await page.getByRole("button", { name: "Copy the request" }).click();
    await page.getByText(/Copied|by hand/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    for (const [view, text] of [
      ["curve", "No routed prompts"],
      ["decisions", "No decisions yet."],
    ]) {
      await page.goto(`${gateway.url}#/${view}`);
      await page.getByText(text).waitFor();
    }
    expect(complaints).toEqual([]);
    await close();
    await gateway.close();
  });

  test("is used by the keyboard alone", async () => {
    const gateway = await start();
    const { page, close } = await openPage(browser, gateway.url);
    await page.getByRole("heading", { name: "By model" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");

    await page.reload();
    await page.getByRole("heading", { name: "By model" }).waitFor();
    await tabTo(page, "Playground");
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page)).toBe("Playground");
    await tabTo(page, "Prompt");
    await page.keyboard.type("Write a haiku about routers.");
    await page.locator("tr.chosen").waitFor();
    const before = await page.locator("tr.chosen .model-name").textContent();
    await tabTo(page, "A right answer is worth (λ)");
    await page.keyboard.press("Home");
    expect(await page.locator("tr.chosen .model-name").textContent()).not.toBe(before);
    await tabTo(page, "Run");
    await page.keyboard.press("Enter");
    await page.locator(".phase", { hasText: "complete" }).waitFor();
    // the button is the one that was pressed, whatever it does now
    expect(await focused(page)).toBe("Run");
    await tabTo(page, "Bad answer");
    await page.keyboard.press("Space");
    await page.getByText("Noted: 0.").waitFor();
    expect(gateway.requests.at(-1)).toMatchObject({ path: "/v1/feedback", body: { score: 0 } });
    await tabTo(page, "Why this model");
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page)).toBe("Decision");
    await close();
    await gateway.close();
  });

  test("is looked at in the colours that were chosen, also after a reload", async () => {
    const gateway = await start();
    const { page, close } = await openPage(browser, gateway.url, { colorScheme: "light" });
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: /^Colours/ }).click();
    await page.getByRole("button", { name: "Colours: light. Change to dark" }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole("heading", { name: "By model" }).waitFor();
    expect(await ground()).toBe(dark);
    await close();
    await gateway.close();
  });
});

/** Name of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label =
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels?.[0] : null;
    return (element?.getAttribute("aria-label") ?? label?.textContent ?? element?.textContent ?? "").trim();
  });
}

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) === name) return;
  }
  throw new Error(`"${name}" is not reached by the tab key`);
}
