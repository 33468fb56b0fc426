/**
 * The worker that checkpoints, as text: a bundle needs no second file for it, and it is the same from source.
 *
 * It first copies what it can while writes go on. Then it asks for the writer to pause, and in that short time copies the rest, has
 * the log begin anew, and makes the first write there itself: that one waits for the disk.
 */
export const checkpointWorker = /* js */ `
const { parentPort, workerData } = require("node:worker_threads");
const Database = require(workerData.libsql);
const database = new Database(workerData.path, { timeout: 20 });
database.exec("PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0");
const quietly = (pragma) => {
  try {
    return database.prepare(pragma).all()[0];
  } catch {
    // what could not be copied stays in the log, and whoever writes next is told that the disk is full
    return undefined;
  }
};
// each pass leaves what was written meanwhile to the next, until that is little
const copyMost = () => {
  for (let passes = 0, copied = 0; passes < 10; passes++) {
    const { checkpointed = 0 } = quietly("PRAGMA wal_checkpoint(PASSIVE)") ?? {};
    if (checkpointed - copied < 20) return;
    copied = checkpointed;
  }
};
parentPort.on("message", (message) => {
  if (message === "checkpoint") {
    copyMost();
    parentPort.postMessage("pause");
  } else if (message === "restart" || message === "cut") {
    quietly(message === "cut" ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(RESTART)");
    // sets what is set already, which is a write nonetheless
    quietly("PRAGMA user_version=0");
    parentPort.postMessage("done");
  } else {
    database.close();
    parentPort.close();
  }
});
`;
