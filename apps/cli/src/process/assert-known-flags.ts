import type { ArgsDef } from "citty";
import { UsageError } from "./report-failure.js";

/** Refuses what citty lets through: flags that the command does not have, and flags that lack their value. */
export function assertKnownFlags(rawArgs: readonly string[], args: ArgsDef): void {
  for (let i = 0; i < rawArgs.length; i++) {
    const text = rawArgs[i];
    if (text === "--") return;
    if (!text.startsWith("-") || text === "-" || /^-\d/.test(text)) continue;
    const [flag, attached] = text.replace(/^--?/, "").split(/=(.*)/s);
    const plain = flag.replace(/^no-/, "");
    const name = flag !== plain && Object.hasOwn(args, plain) && isOnByDefault(args[plain]) ? plain : flag;
    const definition = Object.hasOwn(args, name) ? args[name] : undefined;
    if (definition === undefined || definition.type === "positional") {
      const known = Object.keys(args).filter((name) => args[name].type !== "positional");
      const shown = known.map((name) => `--${isOnByDefault(args[name]) ? "no-" : ""}${name}`);
      throw new UsageError(`unknown option: --${flag}, expected one of ${shown.join(", ")}`);
    }
    if (definition.type === "boolean") continue;
    // the value is the next argument unless it is attached
    const value = attached ?? rawArgs[++i];
    if (value === undefined) throw new UsageError(`--${flag} lacks its value`);
    if (attached === undefined && value.startsWith("--")) {
      throw new UsageError(`--${flag} lacks its value: ${value} is an option; --${flag}=${value} would take it`);
    }
  }
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === "positional" || definition.required !== true) continue;
    const given = rawArgs.some((text) => text === `--${name}` || text.startsWith(`--${name}=`));
    if (!given) throw new UsageError(`--${name} is missing`);
  }
}

/** Such a flag is given as `--no-…`. */
function isOnByDefault({ type, default: value }: ArgsDef[string]): boolean {
  return type === "boolean" && value === true;
}
