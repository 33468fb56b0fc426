import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeState } from "../describe-state.fixture.js";
import { openSqliteState } from "./open-sqlite-state.js";

const folder = mkdtempSync(join(tmpdir(), "onehead-state-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
describeState("SQLite in a file", () => openSqliteState({ path: join(folder, `${files++}.db`) }));
describeState("SQLite in a file, written by a thread", async () => {
  // as it is built, with the thread's program beside it
  const built: { openSqliteState: typeof openSqliteState } = await import("@onehead/serve/node");
  return built.openSqliteState({ path: join(folder, `${files++}.db`) });
});
describeState("SQLite in memory", () => openSqliteState({ path: ":memory:" }));
