// `npm run serve`: installs, builds, and serves the gateway with what the environment has; arguments go to `onehead serve`.
import { prepare, run } from "./prepare.mjs";

prepare();
run(process.execPath, ["apps/cli/dist/main.js", "serve", ...process.argv.slice(2)]);
