import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { PageFile } from "../gateway/gateway-options.js";

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  woff2: "font/woff2",
  json: "application/json",
};

/** The files of a folder, read once: no path of a request ever reaches the disk. */
export async function pageFiles(folder: string): Promise<(path: string) => Promise<PageFile | null>> {
  const files = new Map<string, PageFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join("/");
    const contentType = types[name.split(".").at(-1) ?? ""];
    // maps of sources and the like are not for readers of the page
    if (contentType === undefined) continue;
    files.set(name, { body: await readFile(path), contentType, immutable: name.startsWith("assets/") });
  }
  return async (path) => files.get(path) ?? null;
}
