import { readConfig } from "../config/config.js";
import { serveSchema } from "../serving/serve-config.js";

/** The file of the gateway's log: the named one, or the one that `onehead serve` would open here. @throws as `readConfig` */
export async function gatewayDatabase(named: string | undefined, config: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const { serve } = await readConfig(config);
  return (serve ?? serveSchema.parse({})).database;
}
