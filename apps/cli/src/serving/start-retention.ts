import type { GatewayState, Logger } from "@onehead/serve";
import type { ServeConfig } from "./serve-config.js";

export interface Retention {
  stop(): void;
}

const dayMs = 86_400_000;
const everyMs = 3_600_000;

/** Removes what is older than it may be kept, at once and then every hour. */
export function startRetention(state: GatewayState, config: () => ServeConfig, logger: Logger): Retention {
  const clean = async (): Promise<void> => {
    const { contents, retentionDays } = config();
    const before = (days: number): number => Date.now() - days * dayMs;
    try {
      const texts =
        contents.retentionDays === null ? 0 : await state.removeContents({ beforeMs: before(contents.retentionDays) });
      const calls = retentionDays === null ? 0 : await state.remove({ beforeMs: before(retentionDays) });
      if (texts + calls > 0) logger.info({ contents: texts, calls }, "removed what is older than it may be kept");
    } catch (error) {
      logger.error({ error: error instanceof Error ? error.message : String(error) }, "old calls could not be removed");
    }
  };
  void clean();
  const timer = setInterval(() => void clean(), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
