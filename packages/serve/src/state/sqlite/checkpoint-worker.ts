/**
 * The worker that checkpoints, as text: a bundle needs no second file for it, and it is the same from source.
 *
 * It first copies what it can while writes go on. Then it asks for the writer to pause, and in that short time copies the rest,
 * empties the log, and makes the first write of the new log itself: that one waits for the disk.
 */
export const checkpointWorker = /* js */ `
const { parentPort, workerData } = require("node:worker_threads");
const Database = require(workerData.libsql);
const database = new Database(workerData.path, { timeout: 20 });
database.exec("PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0");
const quietly = (pragma) => {
  try {
    database.prepare(pragma).all();
  } catch {
    // what could not be copied stays in the log, and whoever writes next is told that the disk is full
  }
};
parentPort.on("message", (message) => {
  if (message === "checkpoint") {
    quietly("PRAGMA wal_checkpoint(PASSIVE)");
    parentPort.postMessage("pause");
  } else if (message === "paused") {
    quietly("PRAGMA wal_checkpoint(TRUNCATE)");
    // sets what is set already, which is a write nonetheless
    quietly("PRAGMA user_version=0");
    parentPort.postMessage("done");
  } else {
    database.close();
    parentPort.close();
  }
});
`;
