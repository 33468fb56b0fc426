import { expect, test } from "vitest";
import { commandCompletion, commandScorer } from "./shell-command.js";

const never = new AbortController().signal;
const node = JSON.stringify(process.execPath);
const canary = "xylophonist";

test("the command reads the prompt and writes the answer; tokens are estimated", async () => {
  const completion = await commandCompletion("cat", 5000)("two words\nand a line", never);
  expect(completion.answer).toBe("two words\nand a line");
  expect(completion.outputTokens).toBeGreaterThan(0);
});

test("a command that reads nothing is no failure, however long the prompt", async () => {
  expect((await commandCompletion("echo 4", 5000)("x".repeat(1 << 20), never)).answer).toBe("4");
});

test("the scorer gets prompt, expected and given answer as JSON", async () => {
  const program = `let s="";process.stdin.on("data",d=>s+=d).on("end",()=>{const j=JSON.parse(s);console.log(j.expected===j.answer&&j.id==="a"?1:0.25)})`;
  const score = commandScorer(`${node} -e '${program}'`, 5000);
  expect(await score({ id: "a", prompt: "p", answer: "it's" }, "it's", never)).toBe(1);
  expect(await score({ id: "a", prompt: "p", answer: "it's" }, "other", never)).toBe(0.25);
});

test("a scorer that writes nothing gives no number", async () => {
  expect(await commandScorer("true", 5000)({ id: "a", prompt: "p" }, "x", never)).toBeNaN();
});

test.each([
  [`echo ${canary}; exit 3`, "--command: exit code 3"],
  ["no-such-command-at-all", "--command: exit code 127"],
])("%s fails without what it wrote", async (command, message) => {
  const failed = commandCompletion(command, 5000)(canary, never);
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.not.toThrow(canary);
});

test("one that does not end is ended, with what it started", async () => {
  await expect(commandCompletion("sleep 30 & wait", 50)("x", never)).rejects.toThrow("no end within 50 ms");
});

test("an abort ends it", async () => {
  const controller = new AbortController();
  const running = commandCompletion("sleep 30", 60_000)("x", controller.signal);
  controller.abort();
  await expect(running).rejects.toThrow("aborted");
});

test("one that ignores being told to end is killed", async () => {
  const startedMs = performance.now();
  const stubborn = commandCompletion("trap '' TERM; sleep 9; echo A", 200);
  await expect(stubborn("", never)).rejects.toThrow("no end within 200 ms");
  expect(performance.now() - startedMs).toBeLessThan(3000);
});

test("one that has ended has answered, whatever it left running", async () => {
  const startedMs = performance.now();
  const answer = await commandCompletion("sleep 9 & echo A", 5000)("", never);
  expect(answer.answer).toBe("A");
  expect(performance.now() - startedMs).toBeLessThan(3000);
});
