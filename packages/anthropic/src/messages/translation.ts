import type { Warning } from "@onehead/provider";

/** A block of content as it is sent. */
export type Block = Record<string, unknown>;

/** Most blocks of a request up to which the prompt can be cached. */
const mostCached = 4;

/** What is gathered while a request is translated. */
export class Translation {
  readonly warnings: Warning[] = [];
  readonly #cached: Array<{ where: string; block: Block }> = [];

  /** The block, with the mark up to which the prompt is cached where the part asks for that. */
  block(where: string, part: { cache?: boolean | undefined }, block: Block): Block {
    if (part.cache !== true) return block;
    const marked = { ...block, cache_control: { type: "ephemeral" } };
    this.#cached.push({ where, block: marked });
    return marked;
  }

  /** Keeps the last marks where there are more than can be: each covers all that goes before it. */
  limitCached(): void {
    for (const { where, block } of this.#cached.slice(0, -mostCached)) {
      delete block["cache_control"];
      this.warnings.push({ field: `${where}.cache`, message: `Claude takes ${mostCached} of them: the last are sent` });
    }
  }
}
