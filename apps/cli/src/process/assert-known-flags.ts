import type { ArgsDef } from "citty";
import { UsageError } from "./report-failure.js";

/** Refuses what citty lets through: flags that the command does not have, and flags that lack their value. */
export function assertKnownFlags(rawArgs: readonly string[], args: ArgsDef): void {
  for (let i = 0; i < rawArgs.length; i++) {
    const text = rawArgs[i];
    if (text === "--") return;
    if (!text.startsWith("-") || text === "-" || /^-\d/.test(text)) continue;
    const [flag, attached] = text.replace(/^--?/, "").split(/=(.*)/s);
    const definition = Object.hasOwn(args, flag) ? args[flag] : undefined;
    if (definition === undefined || definition.type === "positional") {
      const known = Object.keys(args).filter((name) => args[name].type !== "positional");
      throw new UsageError(`unknown option: --${flag}, expected one of ${known.map((name) => `--${name}`).join(", ")}`);
    }
    if (definition.type === "boolean") continue;
    // the value is the next argument unless it is attached
    if (attached === undefined && rawArgs[++i] === undefined) throw new UsageError(`--${flag} lacks its value`);
  }
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === "positional" || definition.required !== true) continue;
    const given = rawArgs.some((text) => text === `--${name}` || text.startsWith(`--${name}=`));
    if (!given) throw new UsageError(`--${name} is missing`);
  }
}
