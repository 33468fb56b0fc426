import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import type { Checkpoint } from "./journal.js";
import { cannotWrite } from "./score-file.js";

/** Where the bytes of an output go. */
export interface ScoreSink {
  /** Waits where its reader is slower. */
  write(bytes: Uint8Array): Promise<void>;
  /** All bytes up to here stand for these rows. @param state of the output, to go on from */
  reached(progress: Omit<Checkpoint, "bytes" | "state">, state: unknown): Promise<void>;
  finish(rows: number, failed: number): Promise<void>;
  /** Ends it before its end. @returns what becomes of what is done, for a message */
  leave(): Promise<string>;
}

/** Standard output. A reader that goes away ends the process. */
export const standardOutput: ScoreSink = {
  async write(bytes) {
    if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
  },
  async reached() {},
  async finish() {},
  leave: async () => "",
};

/** A device or a pipe by its name, which has no old content to keep. */
export async function deviceOutput(path: string): Promise<ScoreSink> {
  let handle: FileHandle;
  try {
    handle = await open(path, "w");
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
  return {
    async write(bytes) {
      try {
        for (let done = 0; done < bytes.length; ) {
          done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
        }
      } catch (cause) {
        throw cannotWrite(path, cause);
      }
    },
    async reached() {},
    finish: () => handle.close(),
    async leave() {
      await handle.close().catch(() => {});
      return "";
    },
  };
}
