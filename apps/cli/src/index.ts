export type { ConfigInput } from "./config/config-schema.js";
export { defineConfig } from "./config/define-config.js";
