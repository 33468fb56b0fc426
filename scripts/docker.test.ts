// The container's files, as far as they can be tried without Docker, whose engine is nowhere in these tests: the Dockerfile is
// read, and its commands are run in folders that stand for those of the image.
//
// Not covered: the base image, users and owners (this process runs everything), the network of a container, layers, and what
// `docker compose` makes of compose.yaml. The steps that install and build are not run again where the workspace is installed and built
// by the same commands: they are compared with scripts/prepare.mjs instead.
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { isIgnored, patternsOf } from "./container/docker-ignore.js";
import { instructionOf, parseDockerfile } from "./container/parse-dockerfile.js";
import { withoutKeys } from "./install/gateway-process.js";

const root = join(import.meta.dirname, "..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const execute = promisify(execFile);
const [build, final] = parseDockerfile(read("Dockerfile"));
const runs = build.instructions.filter(({ name }) => name === "RUN").map(({ text }) => text);
const healthcheck = instructionOf(final, "HEALTHCHECK").words!;

describe("the Dockerfile", () => {
  test("ends in a small image without the tools of the build, as a user that is not root", () => {
    expect(final.image).toBe("node:20-slim");
    expect(final.name).toBeUndefined();
    const names = final.instructions.map(({ name }) => name);
    expect(instructionOf(final, "USER").text).toBe("node");
    expect(names.indexOf("USER")).toBeGreaterThan(names.lastIndexOf("RUN"));
    expect(final.instructions.filter(({ name }) => name === "COPY").map(({ text }) => text)).toEqual([
      "--from=build /app /app",
    ]);
  });

  test("starts the program itself, so that signals reach it, and says where it listens and keeps its log", () => {
    for (const name of ["ENTRYPOINT", "CMD"]) expect(instructionOf(final, name).words).toBeDefined();
    expect(instructionOf(final, "EXPOSE").text).toBe("8787");
    expect(instructionOf(final, "VOLUME").text).toBe("/data");
    expect(healthcheck.join(" ")).toContain("127.0.0.1:8787/healthz");
  });

  test("holds no key and takes none while it is built", () => {
    expect(read("Dockerfile")).not.toMatch(/^ARG|^ENV .*(KEY|TOKEN|SECRET)/m);
  });

  test("installs and builds as `npm start` does", () => {
    const { devEngines } = JSON.parse(read("package.json"));
    const { name, version } = devEngines.packageManager;
    expect(runs).toHaveLength(3);
    expect(runs[0]).toMatch(new RegExp(`^npx --yes ${name}@${version} install --frozen-lockfile `));
    expect(runs[1]).toMatch(/^npx turbo run build --filter=onehead /);
    const prepare = read("scripts/prepare.mjs");
    expect(prepare).toContain('"install", "--frozen-lockfile"');
    expect(prepare).toContain('run("turbo", ["run", "build"');
  });
});

describe("the build's context", () => {
  const patterns = patternsOf(read(".dockerignore"));
  const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);

  test("has every file of the packages and apps", () => {
    const left = tracked.filter((path) => isIgnored(path, patterns));
    expect(left.filter((path) => !/^(bench|docs)\//.test(path))).toEqual([]);
  });

  test.each([
    ".git/config",
    "node_modules/hono/package.json",
    "packages/core/node_modules/ml-matrix/package.json",
    "packages/core/dist/index.js",
    "secrets/openai_api_key",
    ".env",
    "apps/cli/.env.local",
    "onehead.db",
    "onehead.db-wal",
    "onehead.db.lock",
  ])("has no %s", (path) => {
    expect(isIgnored(path, patterns)).toBe(true);
  });
});

describe("compose.yaml", () => {
  const { services, secrets, volumes } = parse(read("compose.yaml"));
  const { onehead } = services;

  test("hands keys over as files, and holds none", () => {
    for (const [name, value] of Object.entries(onehead.environment)) {
      expect(name).toMatch(/_API_KEY_FILE$/);
      const secret = /^\/run\/secrets\/(\w+)$/.exec(String(value))?.[1] ?? "";
      expect(onehead.secrets).toContain(secret);
      expect(isIgnored(secrets[secret].file.replace("./", ""), patternsOf(read(".dockerignore")))).toBe(true);
      expect(read(".gitignore")).toMatch(/^\/secrets\/$/m);
    }
    expect(Object.keys(onehead.environment)).toEqual(["ONEHEAD_API_KEY_FILE", "OPENAI_API_KEY_FILE"]);
  });

  test("keeps the log in a volume, asks for health as the image does, and waits for what is under way", () => {
    expect(onehead.volumes).toEqual(["data:/data"]);
    expect(Object.keys(volumes)).toEqual(["data"]);
    expect(onehead.healthcheck.test).toEqual(["CMD", ...healthcheck]);
    expect(Number.parseInt(onehead.stop_grace_period, 10)).toBeGreaterThan(30);
  });
});

describe("the image's commands", () => {
  const key = "sk-container-0123456789";
  let folder = "";
  let port = 0;
  /** Paths of the image within the temporary folder, and a port that is free for the one that is not. */
  const here = (text: string): string =>
    text.replace(/(?<![\w.])\/(app|data)(?![\w-])/g, (path) => join(folder, path)).replaceAll("8787", String(port));
  const environment = (more: Record<string, string> = {}): NodeJS.ProcessEnv => {
    const { PATH = "", ...rest } = withoutKeys(process.env);
    return { ...rest, PATH: `${join(folder, "bin")}:${PATH}`, NODE_ENV: "production", ...more };
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "onehead-container-"));
    port = await freePort();
    // owners are the image's affair
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", "chown"), `#!/bin/sh\necho "$@" >> ${join(folder, "chown.log")}\n`);
    chmodSync(join(folder, "bin", "chown"), 0o755);
    // where the workspace is installed and built
    const staged = join(folder, "staged");
    const deploy = runs[2].replace(/ \/app$/, ` ${staged}`);
    expect(deploy).not.toBe(runs[2]);
    await execute("sh", ["-c", deploy], { cwd: root, env: environment({ CI: "1" }) });
    cpSync(staged, join(folder, "app"), { recursive: true, verbatimSymlinks: true });
    rmSync(staged, { recursive: true });
    for (const { name, text } of final.instructions) {
      if (name === "RUN") await execute("sh", ["-c", here(text)], { cwd: folder, env: environment() });
    }
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function start(more: Record<string, string> = {}, through: readonly string[] = []) {
    const command = [
      ...through,
      ...instructionOf(final, "ENTRYPOINT").words!,
      ...instructionOf(final, "CMD").words!.map(here),
    ];
    const cwd = here(instructionOf(final, "WORKDIR").text);
    const child = spawn(command[0], command.slice(1), {
      cwd,
      env: environment(more),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        printed += data;
      });
    }
    return { child, closed: once(child, "close"), printed: () => printed };
  }

  async function health(): Promise<number> {
    const [command, ...args] = healthcheck.map(here);
    const child = spawn(command, args, { stdio: "ignore" });
    const [code] = await once(child, "close");
    return code;
  }

  test("leave the folder of the log to the user, and nothing of the build", () => {
    expect(readFileSync(join(folder, "chown.log"), "utf8").trim()).toBe(`node:node ${here("/data")}`);
    const files = readdirSync(join(folder, "app"), { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => /@onehead\/[^/]+\/.*\.map$|^dist\/.*\.map$|(^|\/)src\/main\.ts$/.test(file))).toEqual(
      [],
    );
    const tools = ["typescript", "vitest", "tsup", "turbo", "openai", "zod"];
    expect(tools.filter((tool) => existsSync(join(folder, "app/node_modules/.pnpm/node_modules", tool)))).toEqual([]);
  });

  test("without a key it does not start, and says which", async () => {
    const { closed, printed } = start();
    expect((await closed)[0]).toBe(1);
    expect(printed()).toMatch(/0\.0\.0\.0 can be reached by others, expected a key in ONEHEAD_API_KEY/);
  });

  test("with a key in a file it is healthy, asks for it, and ends with SIGTERM and code 0 within seconds", async () => {
    writeFileSync(join(folder, "key"), `${key}\n`);
    const { child, closed, printed } = start({ ONEHEAD_API_KEY_FILE: join(folder, "key") });
    await expect.poll(health, { timeout: 20_000, interval: 200 }).toBe(0);
    const url = `http://127.0.0.1:${port}/v1/models`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    expect(existsSync(here("/data/onehead.db"))).toBe(true);
    const asked = performance.now();
    child.kill("SIGTERM");
    expect(await closed).toEqual([0, null]);
    expect(performance.now() - asked).toBeLessThan(5_000);
    expect(await health()).toBe(1);
    expect(printed()).not.toContain(key);
  });

  test.skipIf(!ownProcesses())(
    "as process 1 it ends with SIGTERM too (skipped where no PID namespace can be made)",
    async () => {
      const { child, closed } = start({ ONEHEAD_API_KEY: key }, ["unshare", "--pid", "--fork"]);
      await expect.poll(health, { timeout: 20_000, interval: 200 }).toBe(0);
      const first = execFileSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" }).trim();
      process.kill(Number(first), "SIGTERM");
      expect((await closed)[0]).toBe(0);
    },
  );
});

/** Whether this process may start another one as process 1 of a namespace. */
function ownProcesses(): boolean {
  try {
    execFileSync("unshare", ["--pid", "--fork", "true"], { stdio: "ignore" });
    execFileSync("pgrep", ["-P", "1"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
