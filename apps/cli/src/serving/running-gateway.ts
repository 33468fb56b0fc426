import { lookup } from "node:dns/promises";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Router } from "@onehead/core";
import {
  createGateway,
  type Engine,
  type GatewaySettings,
  type GatewayState,
  type Logger,
  Outcomes,
  openTelemetryObserver,
} from "@onehead/serve";
import {
  type Listening,
  listen,
  openSqliteState,
  pageFiles,
  pooledFetch,
  prometheusMetrics,
} from "@onehead/serve/node";
import packageManifest from "../../package.json" with { type: "json" };
import { findConfigFile } from "../config/config.js";
import { gatewayDatabase } from "../log/gateway-database.js";
import { secretOf } from "../providers/find-providers.js";
import { FeedbackLearning } from "./feedback-learning.js";
import { fileWarnings } from "./file-warnings.js";
import { gatewaySettings } from "./gateway-settings.js";
import { type OpenedEngine, openEngine } from "./open-engine.js";
import { type Retention, startRetention } from "./start-retention.js";
import { watchFiles } from "./watch-files.js";

export interface RunOptions {
  config: string | undefined;
  artifact: string | undefined;
  embedder: string | undefined;
  host: string | undefined;
  port: number | undefined;
  database: string | undefined;
  environment: NodeJS.ProcessEnv;
  logger: Logger;
}

/** A gateway that listens, with what it was made from. */
export interface RunningGateway {
  readonly url: string;
  readonly engine: Engine;
  readonly database: string;
  /** Reads configuration, artifact and prices anew; what is under way goes on as it began. @throws as `openEngine` */
  reload(): Promise<void>;
  /** Drains, settles and closes. */
  close(): Promise<void>;
}

/** Starts the gateway. @throws OneheadError or ProviderError naming what is wrong; nothing is left open then */
export async function runGateway(options: RunOptions): Promise<RunningGateway> {
  const { environment, logger } = options;
  const outcomes = new Outcomes();
  const fetch = pooledFetch();
  const database = await gatewayDatabase(options.database, options.config);
  const learning = new FeedbackLearning(database, logger);
  const open = (): Promise<OpenedEngine> => openEngine({ ...options, fetch, outcomes, learning });
  let opened = await open();
  const host = options.host ?? opened.serve.host;
  const settingsOf = ({ serve }: OpenedEngine): GatewaySettings =>
    gatewaySettings(serve, serve.apiKey ?? secretOf(environment, "ONEHEAD_API_KEY"), host);
  let settings = settingsOf(opened);
  const state: GatewayState = await openSqliteState({
    path: database,
    onLost: ({ message }) => logger.error({ error: message }, "a write that was on record is not in the log"),
  });
  for (const warning of fileWarnings(findConfigFile(options.config), database)) logger.warn({}, warning);
  let listening: Listening | undefined;
  let retention: Retention | undefined;
  try {
    const listed = (model: string): boolean => opened.engine.models.has(model);
    const metrics = prometheusMetrics(() => gateway.openRequests, listed);
    const page = await pageOf();
    const { version } = packageManifest;
    const gateway = createGateway({
      engine: () => opened.engine,
      settings: () => settings,
      state,
      outcomes,
      version,
      logger,
      onFeedback: learning.learn,
      observers: [metrics.observer, openTelemetryObserver(version, listed)],
      metrics: metrics.expose,
      lookup: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
      ...(page === undefined ? {} : { page }),
    });
    learning.serve(learningRouter(opened));
    listening = await listen(gateway, { host, port: options.port ?? opened.serve.port });
    retention = startRetention(state, () => opened.serve, logger);
  } catch (error) {
    await listening?.close(0);
    await state.close();
    throw error;
  }

  const reload = async (): Promise<void> => {
    const next = await open();
    settings = settingsOf(next);
    opened = next;
    learning.serve(learningRouter(next));
    watched();
    watched = watch();
  };
  const watch = (): (() => void) => {
    const config = findConfigFile(options.config);
    const files = [...(config === undefined ? [] : [config]), ...opened.files];
    return watchFiles(files, () => {
      const gone = files.find((file) => !existsSync(file));
      if (gone !== undefined) {
        logger.warn({ file: gone }, "a file of the configuration is gone; what was read from it holds");
        return;
      }
      reload().then(
        () => logger.info({}, "configuration read anew"),
        (error: unknown) =>
          logger.error({ error: messageOf(error) }, "the new configuration is not taken; the old one holds"),
      );
    });
  };
  let watched = watch();
  const running = listening;
  return {
    url: running.url,
    get engine() {
      return opened.engine;
    },
    database,
    reload,
    async close() {
      watched();
      retention?.stop();
      await running.close(opened.serve.shutdownMs);
      await learning.close();
      await state.close();
    },
  };
}

function learningRouter({ router, serve }: OpenedEngine): Router | null {
  return serve.learning ? router : null;
}

/** The page's files beside this program; a build without them serves none. */
async function pageOf() {
  const folder = fileURLToPath(new URL("./dashboard", import.meta.url));
  return existsSync(folder) ? pageFiles(folder) : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
