// Puts the page that was built beside the program that serves it.
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
rmSync(here("../dist/dashboard"), { recursive: true, force: true });
cpSync(here("../../dashboard/dist"), here("../dist/dashboard"), { recursive: true });
