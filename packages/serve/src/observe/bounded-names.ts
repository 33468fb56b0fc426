/** What names beyond those that are told apart are called. */
export const otherName = "other";

/**
 * Names of models as labels of metrics, which are kept for as long as the process lives: those that are listed, and some of those that
 * clients have made up; the rest is one.
 */
export class BoundedNames {
  readonly #seen = new Set<string>();
  readonly #listed: (name: string) => boolean;
  readonly #most: number;

  constructor(listed: (name: string) => boolean = () => false, most = 200) {
    this.#listed = listed;
    this.#most = most;
  }

  of(name: string): string {
    if (this.#seen.has(name) || this.#listed(name)) return name;
    if (this.#seen.size >= this.#most) return otherName;
    this.#seen.add(name);
    return name;
  }
}
