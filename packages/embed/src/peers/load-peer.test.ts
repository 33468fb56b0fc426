import { expect, test } from "vitest";
import { loadPeer } from "./load-peer.js";

test("a package that is not installed is named with what to do", async () => {
  const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  await expect(loadPeer("embedder", "some-package@1", () => Promise.reject(missing))).rejects.toMatchObject({
    code: "missing-package",
    message:
      "embedder: needs an optional package: ERR_MODULE_NOT_FOUND, expected the result of npm install some-package@1",
    cause: missing,
  });
  expect(await loadPeer("embedder", "some-package@1", async () => 7)).toBe(7);
});
