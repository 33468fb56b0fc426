// `npm test`: installs, builds and runs every test; arguments go to vitest.
import { prepare, run } from "./prepare.mjs";

prepare();
run("vitest", ["run", ...process.argv.slice(2)]);
