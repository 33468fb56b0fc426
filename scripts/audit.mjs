// Fails for a high or critical advisory in what the published packages depend on, unless scripts/audit-allowed.json says why not. Where
// no registry answers, nothing is known, and it says so: `node scripts/audit.mjs`
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const grave = new Set(["high", "critical"]);
/** Carried within ours, as docs/decisions/0015-what-is-bundled.md has it: devDependencies that are shipped all the same. */
const bundled = new Set([
  "hono",
  "@hono/node-server",
  "zod",
  "lru-cache",
  "drizzle-orm",
  "preact",
  "eventsource-parser",
]);

/** Whether what stands on such a path, as `packages__serve>hono`, reaches a user: comparisons, tests and examples do not. */
function isShipped(path) {
  const [workspace, first] = path.split(">");
  if (!/^(packages|apps)__/.test(workspace)) return false;
  const manifest = new URL(`../${workspace.replace("__", "/")}/package.json`, import.meta.url);
  if (bundled.has(first) || !existsSync(manifest)) return true;
  return first in (JSON.parse(readFileSync(manifest, "utf8")).dependencies ?? {});
}

/**
 * What an audit means: advisories that fail the build, and those that do not and why.
 *
 * @param {{ advisories?: Record<string, any> }} audit as `pnpm audit --json` gives it, development and all
 * @param {Array<{ advisory: string, reason: string, until: string }>} allowed
 * @param {string} today as 2026-01-31
 */
export function judge(audit, allowed, today) {
  const failures = [];
  const notes = [];
  for (const advisory of Object.values(audit.advisories ?? {})) {
    const { github_advisory_id: id, module_name: name, severity, title, findings = [] } = advisory;
    const paths = findings.flatMap(({ paths = [] }) => paths);
    const said = `${severity} ${name}: ${title} (${id}) by ${paths[0] ?? "nobody"}`;
    const entry = allowed.find(({ advisory }) => advisory === id);
    if (!grave.has(severity)) notes.push(`not grave: ${said}`);
    else if (paths.length > 0 && !paths.some(isShipped)) notes.push(`not shipped: ${said}`);
    else if (entry === undefined) failures.push(said);
    else if (entry.until < today) failures.push(`allowed until ${entry.until} only: ${said}`);
    else notes.push(`allowed: ${entry.reason}: ${said}`);
  }
  return { failures, notes };
}

/** @throws Error for an entry that says no reason, or no end */
export function parseAllowed(text) {
  const allowed = JSON.parse(text);
  for (const { advisory, reason, until } of allowed) {
    const whole = /^GHSA(-\w{4}){3}$/.test(advisory) && reason?.length > 10 && /^\d{4}-\d\d-\d\d$/.test(until);
    if (!whole) throw new Error(`audit-allowed.json: ${advisory}: expected advisory, reason and until`);
  }
  return allowed;
}

function readAudit() {
  const { stdout, stderr, error } = spawnSync("npx", ["pnpm", "audit", "--json"], {
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
  });
  try {
    const audit = JSON.parse(stdout);
    if (typeof audit.advisories === "object" && audit.advisories !== null) return { audit };
    return { why: `the audit answered without advisories: ${audit.error?.code ?? "no reason given"}` };
  } catch {
    const told = /ERR_PNPM_\w+|responded with \d+/g;
    return { why: error?.message ?? ([...(stdout + stderr).matchAll(told)].join(", ") || "no answer") };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const allowed = parseAllowed(readFileSync(new URL("audit-allowed.json", import.meta.url), "utf8"));
  const { audit, why } = readAudit();
  if (audit === undefined) console.log(`audit: skipped, nothing is known: ${why}`);
  else {
    const { failures, notes } = judge(audit, allowed, new Date().toISOString().slice(0, 10));
    for (const note of notes) console.log(`audit: ${note}`);
    for (const failure of failures) console.error(`audit: ${failure}`);
    console.log(
      `audit: ${failures.length} grave advisories in ${audit.metadata?.totalDependencies ?? "?"} dependencies`,
    );
    process.exitCode = failures.length === 0 ? 0 : 1;
  }
}
