// Each provider adapter works as it is published: its packed tarball alone with its vendor's package in a stranger's project, run
// by Node and by workerd, and checked by TypeScript.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Miniflare } from "miniflare";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FaultServer, startFaultServer } from "../packages/provider-contract/src/faults/fault-server.js";
import { answerText } from "../packages/provider-contract/src/wire-format.js";
import { adapters } from "./adapters/adapters.js";
import { type CallReport, callsProgram, workerProgram } from "./adapters/programs.js";
import {
  createStrangerProject,
  filesOf,
  root,
  runInProject,
  type StrangerProject,
} from "./adapters/stranger-project.js";
import { typeCheck } from "./adapters/type-check.js";
import { typedClientProgram, typedFetchProgram, typedRoutedPrograms } from "./adapters/typed-programs.js";

/** Of an adapter's tarball: small enough for edge runtimes, and to be read. */
const tarballLimitBytes = 25_000;

const projects = new Map<string, StrangerProject>();
beforeAll(async () => {
  // two at a time: npm mostly waits
  const left = [...adapters];
  const install = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) projects.set(next.name, await createStrangerProject(next));
  };
  await Promise.all([install(), install()]);
}, 240_000);
afterAll(() => {
  for (const { folder } of projects.values()) rmSync(folder, { recursive: true, force: true });
});

describe.each(adapters)("$name as published", (adapter) => {
  const { name, wire } = adapter;
  let project: StrangerProject;
  let server: FaultServer;
  beforeAll(async () => {
    project = projects.get(name)!;
    server = await startFaultServer(wire);
  });
  afterAll(() => server.close());

  test(`is less than ${tarballLimitBytes} bytes, and nothing but its manifest, its README and what was built`, () => {
    expect(project.tarballBytes).toBeLessThan(tarballLimitBytes);
    const files = filesOf(project.packageFolder).filter((file) => file !== "LICENSE");
    expect(files).toEqual(["README.md", "dist/index.d.ts", "dist/index.js", "package.json"]);
  });

  test.each(["index.js", "index.d.ts"])("dist/%s imports nothing", (file) => {
    const source = readFileSync(join(project.packageFolder, "dist", file), "utf8");
    const { importedFiles, typeReferenceDirectives, referencedFiles } = ts.preProcessFile(source, true, true);
    expect([...importedFiles, ...typeReferenceDirectives, ...referencedFiles]).toEqual([]);
  });

  test("brings no other package of the project", () => {
    expect(project.installed.filter((path) => path.includes("@onehead/"))).toEqual([`node_modules/@onehead/${name}`]);
  });

  test("calls with real clients and with plain fetch, and its errors are known to another adapter's classes", async () => {
    const other = adapters[(adapters.indexOf(adapter) + 1) % adapters.length].name;
    const otherUrl = pathToFileURL(join(root, "packages", other, "dist/index.js")).href;
    const urls = { ok: server.urlOf("ok"), refused: server.urlOf("429") };
    const program = callsProgram(adapter, urls, otherUrl);
    const reports = (await runInProject(project, program)) as CallReport[];
    const refusal = { isOwn: true, isOther: true, instanceOfOther: false, status: 429, provider: name };
    expect(reports).toHaveLength(adapter.clients.length + 1);
    for (const report of reports) {
      expect(report).toEqual({ whole: answerText, streamed: answerText, refusals: [refusal, refusal] });
    }
  });

  describe.each([
    { moduleResolution: "bundler", platform: "dom" },
    { moduleResolution: "node16", platform: "node" },
  ] as const)("types under $moduleResolution, on $platform", (options) => {
    test("of plain fetch need no others, and are checked with the program", () => {
      const check = typeCheck(project, typedFetchProgram(adapter), { ...options, skipLibCheck: false });
      expect(check.errors).toEqual([]);
      expect(check.declarations).toEqual([`@onehead/${name}/dist/index.d.ts`]);
    });

    test("take a real client without a cast", () => {
      const { errors } = typeCheck(project, typedClientProgram(adapter), { ...options, skipLibCheck: true });
      expect(errors).toEqual([]);
    });

    const routed = typedRoutedPrograms[name];
    if (routed === undefined) return;
    test("leave a routed client all that it has", () => {
      const { errors } = typeCheck(project, routed, { ...options, skipLibCheck: true });
      expect(errors).toEqual([]);
    });
  });

  describe("in workerd", () => {
    let worker: Miniflare;
    beforeAll(() => {
      const adapterSource = readFileSync(join(project.packageFolder, "dist/index.js"), "utf8");
      worker = new Miniflare({
        // no flags: without Node's modules
        compatibilityDate: "2025-01-01",
        modulesRoot: "/",
        modules: [
          { type: "ESModule", path: "/worker.mjs", contents: workerProgram(adapter) },
          { type: "ESModule", path: "/adapter.js", contents: adapterSource },
        ],
        // asks nobody where it is
        cf: false,
      });
    });
    afterAll(() => worker.dispose());
    const ask = (path: string, fault: Parameters<FaultServer["urlOf"]>[0]) =>
      worker.dispatchFetch(`http://worker/${path}?${new URLSearchParams({ baseUrl: server.urlOf(fault) })}`);

    test("generates and streams", async () => {
      expect(await (await ask("generate", "ok")).text()).toBe(answerText);
      expect(await (await ask("stream", "ok")).text()).toBe(answerText);
    });

    test("passes on the first text while the provider has not finished", async () => {
      const response = await ask("stream", "stall");
      const reader = response.body!.getReader();
      const text = new TextDecoder().decode((await reader.read()).value);
      expect(text).not.toBe("");
      expect(answerText.startsWith(text)).toBe(true);
      expect(server.openCalls()).toEqual(["stall"]);
      await reader.cancel();
    });

    test.each(["generate", "stream"])("%s gives a typed error", async (path) => {
      const response = await ask(path, "429");
      expect(response.status).toBe(502);
      expect(await response.json()).toEqual({ provider: name, status: 429, retryable: true });
    });
  });
});
