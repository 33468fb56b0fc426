import { JournalFile, type JournalledWrite } from "./journal-file.js";

/** What an earlier process left is read from here. */
export const journalPaths = (database: string): [string, string] => [`${database}-calls-a`, `${database}-calls-b`];

/**
 * What is not yet in the database, in two files beside it. It makes a write durable in one call of the system, so that
 * transactions, which take a dozen, can be few, large, and somebody else's work.
 *
 * Writes go to one file while what is in the other is brought into the database; then they change places.
 */
export class Journal {
  /** Written to, and being brought in. */
  #files: [JournalFile, JournalFile];
  #position: number;
  #applied: number;

  /**
   * @param applied position up to which the database has everything: all that the files hold
   * @throws whatever the file system throws
   */
  constructor(database: string, applied: number) {
    const [a, b] = journalPaths(database);
    this.#files = [new JournalFile(a), new JournalFile(b)];
    for (const file of this.#files) file.clear();
    this.#position = applied;
    this.#applied = applied;
  }

  /** Of the last write. */
  get position(): number {
    return this.#position;
  }

  /** Of the last write that is known to be in the database. */
  get applied(): number {
    return this.#applied;
  }

  /** Writes that are not. */
  get waiting(): number {
    return this.#position - this.#applied;
  }

  /** @throws OneheadError "io" when it is not on record; then nothing of it is */
  append(write: JournalledWrite): void {
    this.#files[0].append(this.#position + 1, write);
    this.#position++;
  }

  /** The file to bring in next, which is not written to until then; null where nothing waits. */
  turn(): string | null {
    const [written, other] = this.#files;
    if (!other.empty) return other.path;
    if (written.empty) return null;
    this.#files = [other, written];
    return written.path;
  }

  /** What {@link turn} gave is in the database. */
  broughtIn(): void {
    const [, file] = this.#files;
    this.#applied = Math.max(this.#applied, file.position);
    file.clear();
  }

  /** Files with something in them stay for the next start. */
  close(): void {
    for (const file of this.#files) file.close();
  }
}
