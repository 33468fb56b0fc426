// Pages of other sites in a browser that can reach a gateway without a key. Needs `npm run build` first, as `npm test` does.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserExpected, browserPath } from "./page-browser.js";

const main = fileURLToPath(new URL("../cli/dist/main.js", import.meta.url));

describe.skipIf(!browserExpected)("2.9: a page of another site, in a browser,", () => {
  let gateway: ChildProcess;
  let url: string;
  let foreign: Server;
  let foreignPort: number;
  let browser: Browser;
  beforeAll(async () => {
    gateway = spawn(process.execPath, [main, "serve", "--port", "0", "--json", "--database", ":memory:"], {
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await Promise.race([
      new Promise<string[]>((resolve) => {
        createInterface({ input: gateway.stdout as NonNullable<typeof gateway.stdout> }).once("line", (text) =>
          resolve([text]),
        );
      }),
      new Promise<never>((_, reject) => gateway.once("exit", () => reject(new Error("the gateway is not built")))),
    ]);
    ({ url } = JSON.parse(line) as { url: string });
    foreign = createServer((_, response) => {
      response.setHeader("content-type", "text/html").end("<!doctype html><title>foreign</title>");
    });
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    foreignPort = (foreign.address() as AddressInfo).port;
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ["--no-sandbox", "--disable-background-networking", "--host-resolver-rules=MAP evil.example 127.0.0.1"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    foreign?.close();
    gateway?.kill();
  });

  const calls = async (): Promise<number> => {
    const { decisions } = (await (await fetch(`${url}/api/decisions`)).json()) as { decisions: unknown[] };
    return decisions.length;
  };

  test.each(["127.0.0.1", "localhost", "evil.example"])("at %s reads nothing and spends nothing", async (host) => {
    const page = await browser.newPage();
    await page.goto(`http://${host}:${foreignPort}/`);
    const seen = await page.evaluate(async (target) => {
      const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "spend" }] });
      const chat = `${target}/v1/chat/completions`;
      const asks = [
        () => fetch(`${target}/api/status`),
        () => fetch(`${target}/api/status`, { mode: "no-cors" }),
        () => fetch(chat, { method: "POST", mode: "no-cors", body: new Blob([body]) }),
        () => fetch(chat, { method: "POST", mode: "no-cors", body, headers: { "content-type": "text/plain" } }),
        () => fetch(chat, { method: "POST", body, headers: { "content-type": "application/json" } }),
        () => fetch(`${target}/v1/decisions/x`, { method: "DELETE" }),
      ];
      navigator.sendBeacon(chat, new Blob([body]));
      const sink = document.body.appendChild(document.createElement("iframe"));
      sink.name = "sink";
      const form = document.body.appendChild(document.createElement("form"));
      Object.assign(form, { method: "post", enctype: "text/plain", action: chat, target: "sink" });
      const field = form.appendChild(document.createElement("input"));
      Object.assign(field, { name: body.slice(0, -1), value: "}" });
      form.submit();
      const read: string[] = [];
      for (const ask of asks) {
        await ask().then(
          async (answer) => read.push(`${answer.type} ${await answer.text()}`),
          () => {},
        );
      }
      return read;
    }, url);
    expect(seen.filter((answer) => !answer.startsWith("opaque "))).toEqual([]);
    expect(await calls()).toBe(0);
    await page.close();
  });

  test("that has rebound its name to this machine is told nothing", async () => {
    const page = await browser.newPage();
    await page.goto(`http://evil.example:${new URL(url).port}/healthz`);
    const told = await page.evaluate(async () => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "spend" }] });
      const answers = await Promise.all([
        fetch("/api/status"),
        fetch("/v1/models"),
        fetch("/v1/chat/completions", { method: "POST", headers, body }),
      ]);
      return answers.map(({ status }) => status);
    });
    expect(told).toEqual([403, 403, 403]);
    expect(await calls()).toBe(0);
    await page.close();
  });

  test("cannot hold the page in a frame", async () => {
    const page = await browser.newPage();
    const refused = page.waitForEvent("console", (message) => /frame/i.test(message.text()));
    await page.goto(`http://localhost:${foreignPort}/`);
    await page.setContent(`<iframe src="${url}/"></iframe>`);
    expect((await refused).text()).toContain("frame-ancestors");
    await page.close();
  });

  test("may link to the page, which works", async () => {
    const page = await browser.newPage();
    await page.goto(`http://evil.example:${foreignPort}/`);
    await page.setContent(`<a href="${url}/">go</a>`);
    await page.getByText("go").click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.close();
  });
});
