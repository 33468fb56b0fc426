import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** An adapter carries these within itself. */
const adapter = ["provider", "provider-http", "wire-formats"];

const vendors = ["openai", "anthropic", "google", "mistral", "cohere", "bedrock", "ollama"];

/** Who may import which package of the project. The CLI is the composition root: it may import everything. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  provider: [],
  batch: ["core"],
  data: ["core"],
  embed: ["core"],
  train: ["core", "data", "embed"],
  baselines: ["core", "data", "embed"],
  onnx: ["core"],
  eval: ["core", "data", "embed", "baselines"],
  "provider-http": ["provider"],
  "wire-formats": ["provider", "provider-http"],
  "provider-contract": ["provider"],
  openai: adapter,
  anthropic: adapter,
  google: adapter,
  mistral: adapter,
  cohere: adapter,
  bedrock: adapter,
  ollama: adapter,
  runtime: ["core", "provider"],
  serve: ["core", "data", "embed", "provider", "provider-http", "runtime", "wire-formats"],
  compose: ["core", "embed", "provider", "runtime", "serve", ...vendors],
  "ai-sdk": ["core", "provider", "runtime"],
  langchain: ["core", "provider", "runtime"],
};
/** Packages that may import nothing from others at all, but for optional peers: loaded by the one file that names them, when it is asked to. */
const dependencyFree = ["core", "provider"];
const optionalPeers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  core: { "gpu.js": "packages/core/src/gpu/gpu-library.ts" },
};
/** Packages that carry all that they import: it is a devDependency of theirs, and of nobody who installs them. */
const selfContained = Object.keys(mayImport).filter((name) => mayImport[name] === adapter);

interface Manifest {
  name: string;
  license: string;
  engines?: { node?: string };
  files?: string[];
  sideEffects?: boolean;
  private?: boolean;
  exports?: Record<string, unknown>;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  devDependencies?: Record<string, string>;
}

const builtin = new Set([...builtinModules, ...builtinModules.map((module) => `node:${module}`)]);
const packages = readdirSync(join(root, "packages")).map((name) => ({ name, folder: join("packages", name) }));
const published = [...packages, { name: "onehead", folder: join("apps", "cli") }].filter(
  ({ folder }) => manifestOf(folder).private !== true,
);

/** Packages that nobody can install: they travel within those that import them. */
const privateNames = packages
  .map(({ folder }) => manifestOf(folder))
  .filter((manifest) => manifest.private === true)
  .map(({ name }) => name);

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}

/** Tracked source files of a package; test support and fixtures are no part of what is published. */
function sourcesOf(folder: string): string[] {
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", `${folder}/src`], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((path) => /\.ts$/.test(path) && !/\.(test|fixture)\.ts$|\/__fixtures__\/|\/contract\//.test(path))
    .filter((path) => existsSync(join(root, path)));
}

/** Module names that a file imports, re-exports or loads. */
function importsOf(path: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, path), "utf8"), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

function externalImports(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of sourcesOf(folder)) {
    for (const name of importsOf(path)) if (!name.startsWith(".")) found.set(name, path);
  }
  return found;
}

/** What the built files import, their types too, but for files of their own and modules of Node. */
function builtImports(folder: string): string[] {
  const files = readdirSync(join(root, folder, "dist"), { recursive: true, encoding: "utf8" })
    // the page is built for browsers by itself
    .filter((path) => /\.(js|cjs|d\.ts|d\.cts)$/.test(path) && !path.startsWith("dashboard"))
    .map((path) => join(folder, "dist", path));
  const names = files.flatMap(importsOf).filter((name) => !name.startsWith(".") && !builtin.has(name));
  return [...new Set(names.map(packageOf))];
}

/** Packages of others that a package carries, by the licences that its build puts beside them. */
function carriedBy(folder: string): string[] {
  const path = join(root, folder, "dist", "third-party-licenses.txt");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split(`\n${"-".repeat(80)}\n\n`)
    .map((notice) => notice.slice(0, notice.indexOf(" ")));
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

test("the table names every package", () => {
  expect(Object.keys(mayImport).sort()).toEqual(packages.map(({ name }) => name).sort());
});

describe.each(packages)("$name", ({ name, folder }) => {
  const imports = externalImports(folder);

  test("imports only the packages that the table allows", () => {
    const own = [...imports.keys()].map(packageOf).filter((imported) => imported.startsWith("@onehead/"));
    const allowed = mayImport[name].map((other) => `@onehead/${other}`);
    expect(own.filter((imported) => !allowed.includes(imported))).toEqual([]);
  });
});

test.each(dependencyFree)("%s imports nothing but its optional peers and declares no dependency", (name) => {
  const folder = join("packages", name);
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(folder);
  const peers = optionalPeers[name] ?? {};
  expect(dependencies).toEqual({});
  expect(Object.keys(peerDependencies)).toEqual(Object.keys(peers));
  for (const peer of Object.keys(peers)) expect(peerDependenciesMeta[peer]).toEqual({ optional: true });
  // nobody who has no such peer may meet its name before asking for what needs it
  expect(Object.fromEntries(externalImports(folder))).toEqual(peers);
  for (const [peer, path] of Object.entries(peers)) {
    const named = readFileSync(join(root, path), "utf8").match(new RegExp(`["']${peer}["']`, "g"));
    expect(named).toHaveLength(1);
    expect(readFileSync(join(root, path), "utf8")).toContain(`await import("${peer}")`);
  }
});

describe.each(published)("$name as published", ({ name, folder }) => {
  const manifest = manifestOf(folder);

  test("declares what it imports, and imports what it declares", () => {
    const used = new Set([...externalImports(folder).keys()].filter((name) => !builtin.has(name)).map(packageOf));
    if (selfContained.includes(name)) {
      // their vendor's client is handed in, never imported
      expect([...used].filter((imported) => manifest.devDependencies?.[imported] === undefined)).toEqual([]);
      expect(manifest.dependencies ?? {}).toEqual({});
      expect(Object.keys(manifest.peerDependencies ?? {}).filter((peer) => used.has(peer))).toEqual([]);
      return;
    }
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const carried = [...carriedBy(folder), ...privateNames];
    const imported = new Set([...used].filter((name) => !carried.includes(name)).concat(builtImports(folder)));
    expect([...imported].sort()).toEqual(declared.sort());
  });

  test("carries only what it has as a devDependency and whoever installs it does not", () => {
    const carried = [...carriedBy(folder), ...privateNames.filter((other) => externalImports(folder).has(other))];
    expect(carried.filter((other) => manifest.devDependencies?.[other] === undefined)).toEqual([]);
    const installed = { ...manifest.dependencies, ...manifest.peerDependencies };
    expect(carried.filter((other) => installed[other] !== undefined)).toEqual([]);
  });

  test("states licence, engine and files", () => {
    expect(manifest.license).toBe("Apache-2.0");
    expect(manifest.engines?.node).toBe(">=20.19");
    expect(manifest.files).toContain("dist");
  });

  test("exports only files that the build makes", () => {
    const files: string[] = [];
    const collect = (value: unknown): void => {
      if (typeof value === "string") files.push(value);
      else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
    };
    collect(manifest.exports ?? {});
    collect(manifest.bin ?? {});
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(root, folder, file)))).toEqual([]);
  });
});

test("core names no global that only Node has", () => {
  const found = sourcesOf("packages/core").filter((path) =>
    /\b(process|Buffer|require|__dirname|setImmediate)\b(?!\s*:)/.test(
      // comments may speak of Node
      readFileSync(join(root, path), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ""),
    ),
  );
  expect(found).toEqual([]);
});

test("no source file is longer than 400 lines", () => {
  const long = published
    .flatMap(({ folder }) => sourcesOf(folder))
    .filter((path) => readFileSync(join(root, path), "utf8").split("\n").length > 401);
  expect(long).toEqual([]);
});
