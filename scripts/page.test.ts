// The page in a browser, against the gateway as the command line starts it: with its echo, a log of its own and a few calls behind it.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describePage, type PageGateway } from "../apps/dashboard/page-suite.js";

const main = fileURLToPath(new URL("../apps/cli/dist/main.js", import.meta.url));
const prompts = ["Prove that 2 is prime.", "What is the capital of Peru?", "Write a haiku on rain.", "Sum 17 and 25."];

async function start(): Promise<PageGateway> {
  const folder = mkdtempSync(join(tmpdir(), "onehead-page-"));
  const args = ["serve", "--port", "0", "--json", "--log-level", "error"];
  const gateway = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await urlOf(gateway);
  for (const [i, content] of prompts.entries()) {
    const router = { willingnessToPayUsd: 10 ** (i - 4) };
    const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content }], router });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`the gateway answered ${answer.status}: ${await answer.text()}`);
  }
  return {
    url: `${url}/`,
    async close() {
      const ended = new Promise((resolve) => gateway.once("exit", resolve));
      gateway.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function urlOf(gateway: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    gateway.once("exit", (code) => reject(new Error(`the gateway ended with ${code}`)));
    if (gateway.stdout === null) return;
    createInterface({ input: gateway.stdout }).once("line", (line) =>
      resolve((JSON.parse(line) as { url: string }).url),
    );
  });
}

describePage("the gateway", start);
