import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { CheckedDatabase } from "./checked-database.js";
import { configureWriter } from "./configure.js";
import { DatabaseWriter, type StateWriter } from "./database-writer.js";
import { toWriterError, type WriterReply, type WriterRequest } from "./writer-messages.js";

/*
 * The thread of a database's writer: transactions and what moves the write-ahead log into the database hold up no request. Files of
 * the journal are read here, so that what is written need not be copied to it.
 */

// Linux takes "this process" for this thread alone: requests go first, and this catches up between them
if (process.platform === "linux") setPriority(10);

const { path } = workerData as { path: string };
const reply = (message: WriterReply): void => parentPort?.postMessage(message);
const connection = new CheckedDatabase(path, 0);
configureWriter(connection);
const writer: StateWriter = new DatabaseWriter(connection, path, (error) => reply({ lost: toWriterError(error) }));

async function answer({ id, method, values }: WriterRequest): Promise<void> {
  try {
    // each message has the values of its method
    const call = writer[method] as (...values: unknown[]) => Promise<unknown>;
    reply({ id, value: await call.apply(writer, values) });
  } catch (error) {
    reply({ id, error: toWriterError(error) });
  }
  if (method === "close") parentPort?.close();
}

parentPort?.on("message", (request: WriterRequest) => void answer(request));
