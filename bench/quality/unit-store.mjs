// Where finished units are kept: one file a (protocol, set, seed, router), written whole or not at all.
//
// A unit is what its router predicts for the held-out and the validation rows; figures are computed from units, so that a new
// figure needs no new training. Predicted costs, which most rivals share, are kept once, by their hash.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import v8 from "node:v8";
import { protocolVersion } from "./protocols.mjs";
import { routerVersion } from "./routers.mjs";

const format = 1;

/** 16 hex digits over any JSON value. */
export function hashOf(value) {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

/** Hash of the built code of packages: what is run, comments and tests left out. */
export function codeHash(packages) {
  const hash = createHash("sha256");
  for (const name of packages) {
    const dist = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "dist");
    for (const file of readdirSync(dist).sort()) if (file.endsWith(".js")) hash.update(readFileSync(join(dist, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** "mmlu_pro-0", "mmlu_pro-0-no-kernel". */
function jobName({ set, seed, variant }) {
  return variant === undefined ? `${set}-${seed}` : `${set}-${seed}-${variant}`;
}

/** Writes a file whole or not at all, so that a stop at any moment leaves nothing half done. */
export function keep(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, contents);
  renameSync(part, path);
}

export class UnitStore {
  /** Folder of the units, and of what else is kept beside them. */
  work;
  #oneheadCode;

  /** @param work folder */
  constructor(work) {
    this.work = work;
    this.#oneheadCode = codeHash(["@onehead/core", "@onehead/embed", "@onehead/train"]);
  }

  /**
   * The id of a set's embedder as it was last fitted by the code of today; null when it has to be fitted to be known.
   *
   * @param job {set, seed, fileHash, settings}
   */
  embedderId(job) {
    const path = this.#embedderPath(job);
    if (!existsSync(path)) return null;
    const { key, id } = JSON.parse(readFileSync(path, "utf8"));
    return key === this.#embedderKey(job) ? id : null;
  }

  keepEmbedderId(job, id) {
    keep(this.#embedderPath(job), JSON.stringify({ key: this.#embedderKey(job), id }));
  }

  /** What a unit depends on; another key makes it stale. */
  key(job, router, embedderId) {
    const { protocol, set, seed, fileHash, settings, shuffled, withoutTask } = job;
    const { holdout, validation } = settings;
    return hashOf([
      format,
      protocolVersion(protocol),
      set,
      fileHash,
      { seed, holdout, validation, shuffled, withoutTask },
      embedderId,
      router,
      routerVersion(router, settings, this.#oneheadCode),
    ]);
  }

  /** The routers of a job that have no valid unit; all of them while the embedder's id is unknown. */
  missing(job) {
    const embedderId = this.embedderId(job);
    if (embedderId === null) return job.routers;
    return job.routers.filter((router) => this.readHeader(job, router)?.key !== this.key(job, router, embedderId));
  }

  /** Key and seconds of a kept unit, stale or not; null for none. */
  readHeader(job, router) {
    const path = this.#path(job, router, "json");
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
  }

  /**
   * A unit that is there and valid; null otherwise.
   *
   * @returns {name, estimatesQuality, seconds, heldOut, validation}, the last two {quality, costUsd}
   */
  read(job, router) {
    const embedderId = this.embedderId(job);
    const header = this.readHeader(job, router);
    if (embedderId === null || header?.key !== this.key(job, router, embedderId)) return null;
    const { quality, costs } = v8.deserialize(readFileSync(this.#path(job, router, "bin")));
    const part = (name) => ({
      quality: quality[name],
      costUsd: v8.deserialize(readFileSync(this.#costPath(costs[name]))),
    });
    return { ...header, heldOut: part("heldOut"), validation: part("validation") };
  }

  write(job, router, embedderId, { heldOut, validation, ...header }) {
    const parts = { heldOut, validation };
    const unit = { quality: {}, costs: {} };
    for (const [name, { quality, costUsd }] of Object.entries(parts)) {
      unit.quality[name] = quality;
      unit.costs[name] = this.#keepCosts(costUsd);
    }
    keep(this.#path(job, router, "bin"), v8.serialize(unit));
    // the header makes the unit count, so it is written last
    const key = this.key(job, router, embedderId);
    keep(this.#path(job, router, "json"), `${JSON.stringify({ key, ...header })}\n`);
  }

  /** Forgets a unit. */
  drop(job, router) {
    rmSync(this.#path(job, router, "json"), { force: true });
  }

  #keepCosts(costUsd) {
    const bytes = v8.serialize(costUsd);
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    if (!existsSync(this.#costPath(hash))) keep(this.#costPath(hash), bytes);
    return hash;
  }

  #embedderKey({ set, seed, fileHash, settings, shuffled, withoutTask, withoutWords, encoder }) {
    const changes = { shuffled, withoutTask, withoutWords, encoder };
    return hashOf([format, set, seed, fileHash, settings, changes, this.#oneheadCode]);
  }

  #embedderPath(job) {
    return join(this.work, "embedders", `${jobName(job)}.json`);
  }

  #path(job, router, extension) {
    return join(this.work, job.protocol, jobName(job), `${router}.${extension}`);
  }

  #costPath(hash) {
    return join(this.work, "costs", `${hash}.bin`);
  }
}
