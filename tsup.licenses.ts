import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Options } from "tsup";

type EsbuildPlugin = NonNullable<Options["esbuildPlugins"]>[number];

/** Seen from the package that is built: this file is compiled into its configuration. */
const workspace = resolve("../..");

/** Where the licences of what a package carries go, within its `dist`. */
const noticeFile = "third-party-licenses.txt";

/**
 * Puts the licences beside a build: of everything that was bundled into it from outside of this workspace: whoever copies the build
 * owes their authors that.
 *
 * @throws Error for a package without a licence's text
 */
export function licenses(): EsbuildPlugin {
  return {
    name: "licenses",
    setup(build) {
      build.initialOptions.metafile = true;
      const { outdir = "dist", absWorkingDir = process.cwd() } = build.initialOptions;
      build.onEnd(({ metafile }) => {
        // only what is left after what nothing uses was dropped
        const used = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
          Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
        );
        const folders = new Set(used.flatMap((path) => packageFolderOf(resolve(absWorkingDir, path)) ?? []));
        const notices = new Map([...folders].map((folder) => noticeOf(folder)));
        if (notices.size === 0) return;
        const text = [...notices]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, notice]) => `${name}\n\n${notice}\n`);
        mkdirSync(resolve(absWorkingDir, outdir), { recursive: true });
        writeFileSync(resolve(absWorkingDir, outdir, noticeFile), text.join(`\n${"-".repeat(80)}\n\n`));
      });
    },
  };
}

/** The folder of the installed package that a file belongs to; undefined for a file of this workspace. */
function packageFolderOf(path: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replaceAll("\\", "/"))?.[0];
}

function noticeOf(folder: string): [string, string] {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  // some name the Apache licence, which is ours too, and leave its text out
  const text = file === undefined && license === "Apache-2.0" ? join(workspace, "LICENSE") : file && join(folder, file);
  if (text === undefined) throw new Error(`licenses: ${name} ${version}: no text of its licence is installed`);
  const notice = join(folder, "NOTICE");
  const parts = [readFileSync(text, "utf8").trim()];
  if (existsSync(notice)) parts.push(readFileSync(notice, "utf8").trim());
  return [`${name} ${version}`, parts.join("\n\n")];
}
