import { type ChildProcess, spawn } from "node:child_process";
import { estimateTokens, OneheadError } from "@onehead/core";
import type { Completion, ProbePrompt } from "@onehead/train";

/** More than any answer is long. */
const mostCharacters = 8 * 1024 * 1024;
/** What a command that is told to end has for it, before it is killed. */
const graceMs = 1000;
/** What a command that has ended may still have in its pipe, where something it started keeps that open. */
const drainMs = 200;

/**
 * A model behind a shell command that reads a prompt on standard input and writes the answer: tokens are estimated from
 * both texts.
 *
 * @throws OneheadError "io" for an exit code that is not 0, or no end within `timeoutMs`; never with what the command wrote
 */
export function commandCompletion(
  command: string,
  timeoutMs: number,
): (prompt: string, signal: AbortSignal) => Promise<Completion> {
  return async (prompt, signal) => {
    const answer = (await runCommand("--command", command, prompt, timeoutMs, signal)).trim();
    return { answer, inputTokens: estimateTokens(prompt), outputTokens: estimateTokens(answer) };
  };
}

/** A scorer behind a shell command: `{id, prompt, expected, answer}` as JSON on standard input, a number from 0 to 1 out. */
export function commandScorer(
  command: string,
  timeoutMs: number,
): (prompt: ProbePrompt, answer: string, signal: AbortSignal) => Promise<number> {
  return async ({ id, prompt, answer: expected }, answer, signal) => {
    const input = JSON.stringify({ id, prompt, expected, answer });
    const written = (await runCommand("--score-command", command, input, timeoutMs, signal)).trim();
    // an empty text is no 0
    return written === "" ? Number.NaN : Number(written);
  };
}

function runCommand(
  option: string,
  command: string,
  input: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const posix = process.platform !== "win32";
    // a group of its own, so that whatever the shell starts can be ended with it
    const child = spawn(command, { shell: true, detached: posix, stdio: ["pipe", "pipe", "ignore"] });
    const fail = (what: string): void => {
      end(child, posix);
      finish(() => reject(new OneheadError("io", `probe: ${option}: ${what}`)));
    };
    const succeedOrFail = (code: number | null): void => {
      if (code === 0) finish(() => resolve(output));
      else fail(`exit code ${code ?? "none, killed"}`);
    };
    const timer = setTimeout(() => fail(`no end within ${timeoutMs} ms`), timeoutMs);
    const onAbort = (): void => fail("aborted");
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      // a pipe that is still held would hold this process too
      child.stdout.destroy();
      settle();
    };
    signal.addEventListener("abort", onAbort);
    let output = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text: string) => {
      output += text;
      if (output.length > mostCharacters) fail(`more than ${mostCharacters} characters`);
    });
    child.on("error", () => fail("cannot be started"));
    child.on("close", succeedOrFail);
    child.on("exit", (code) => {
      setTimeout(() => {
        if (child.stdout.destroyed) return;
        signalGroup(child, posix, "SIGTERM");
        succeedOrFail(code);
      }, drainMs);
    });
    // a command may end without reading all of its input
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    if (signal.aborted) onAbort();
  });
}

function end(child: ChildProcess, posix: boolean): void {
  signalGroup(child, posix, "SIGTERM");
  setTimeout(() => signalGroup(child, posix, "SIGKILL"), graceMs);
}

/** The shell and all that it started, also when the shell itself has ended. */
function signalGroup(child: ChildProcess, posix: boolean, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (posix) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // nobody is left
  }
}
