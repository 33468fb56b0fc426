import type { ConfigInput } from "./config-schema.js";

/** Types a configuration in `onehead.config.ts`; it is the value as it is. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
