import { readConfig } from "../config/config.js";
import { UsageError } from "../process/report-failure.js";
import { serveSchema } from "../serving/serve-config.js";

/** The file of the gateway's log: the named one, or the one that `onehead serve` would open here. @throws as `readConfig` */
export async function gatewayDatabase(named: string | undefined, config: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const { serve } = await readConfig(config);
  return (serve ?? serveSchema.parse({})).database;
}

/** Options of commands that learn from, or judge by, the gateway's log. */
export const gatewayArgs = {
  "from-gateway": { type: "boolean", description: "Calls of the gateway's log that got feedback, as rows" },
  database: {
    type: "string",
    description: "With --from-gateway: file of the log; that of `serve` unless given",
    valueHint: "FILE",
  },
} as const;

/** The log that rows are wanted of; undefined where none are. @throws UsageError; as `readConfig` */
export async function databaseOf(args: {
  data: string | undefined;
  "from-gateway": boolean | undefined;
  database: string | undefined;
}): Promise<string | undefined> {
  if (args["from-gateway"] === true) return gatewayDatabase(args.database, undefined);
  if (args.database !== undefined) throw new UsageError("--database needs --from-gateway");
  if (args.data === undefined) throw new UsageError("--data is missing, or --from-gateway");
  return undefined;
}
