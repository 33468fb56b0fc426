// `npm start`: installs, builds, and routes a dozen built-in prompts with the default artifact.
import { prepare, run } from "./prepare.mjs";

prepare();
run(process.execPath, ["apps/cli/dist/main.js", "demo", ...process.argv.slice(2)]);
