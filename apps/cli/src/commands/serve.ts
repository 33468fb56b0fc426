import { setFlagsFromString } from "node:v8";
import { OneheadError } from "@onehead/core";
import { defineCommand } from "citty";
import pino from "pino";
import { readConfig } from "../config/config.js";
import { printable } from "../output/printable.js";
import { exitCodes } from "../process/report-failure.js";
import { type RunningGateway, runGateway } from "../serving/running-gateway.js";
import { parseNumber } from "./parse-number.js";

export const serve = defineCommand({
  meta: {
    name: "serve",
    description: `Serve an OpenAI- and Anthropic-compatible gateway that routes, with a page to look at

Nothing has to be configured: keys are found in the environment (OPENAI_API_KEY, ANTHROPIC_API_KEY, …; NAME_FILE for a file),
and without any a local echo answers. Point a client's base URL here and ask for the model "auto".

Examples:
  onehead serve
  ANTHROPIC_API_KEY=… onehead serve --port 9000
  ONEHEAD_API_KEY=… onehead serve --host 0.0.0.0      others may reach it, with this key
  onehead serve --config onehead.config.yaml

SIGHUP, or a change of its files, reads configuration and artifact anew. SIGTERM takes no more requests and waits for those under way.`,
  },
  args: {
    host: { type: "string", description: "Address to listen on; 127.0.0.1 unless configured", valueHint: "HOST" },
    port: { type: "string", description: "Port; 8787 unless configured, 0 for any", valueHint: "PORT" },
    database: { type: "string", description: "File of the log; onehead.db unless configured", valueHint: "FILE" },
    config: { type: "string", description: "Settings; onehead.config.* here, if there is one", valueHint: "FILE" },
    artifact: { type: "string", description: "The router; the built-in one unless given", valueHint: "FILE" },
    embedder: {
      type: "string",
      description: "The embedder that the router was trained with, if it is not the built-in one",
      valueHint: "NAME",
    },
    "log-level": { type: "string", description: "trace, debug, info, warn, error or silent", valueHint: "LEVEL" },
    json: { type: "boolean", description: "One JSON object when it listens, and logs as JSON lines on standard error" },
  },
  async run({ args }) {
    // before anything else: what is process 1 of a container is ended by no signal that it does not listen for
    const stop = stopSignal();
    // the heap may grow to four times what lives in it before all of it is collected: every 15 s of full load instead of every 3
    setFlagsFromString("--heap-growing-percent=300");
    const level = args["log-level"] ?? (await readConfig(args.config)).serve?.logLevel ?? "info";
    if (!["trace", "debug", "info", "warn", "error", "silent"].includes(level)) {
      throw new OneheadError(
        "invalid-argument",
        `--log-level: ${level}, expected trace, debug, info, warn, error or silent`,
      );
    }
    // standard output is for what was asked for
    const logger = pino(
      { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ dest: 2, sync: false }),
    );
    const port = args.port === undefined ? undefined : parseNumber("--port", args.port);
    const { config, artifact, embedder, host, database } = args;
    const gateway = await runGateway({
      config,
      artifact,
      embedder,
      host,
      port,
      database,
      environment: process.env,
      logger,
    });
    process.on("SIGHUP", () => {
      gateway.reload().then(
        () => logger.info({}, "configuration read anew"),
        (error: unknown) =>
          logger.error({ error: (error as Error).message }, "the new configuration is not taken; the old one holds"),
      );
    });
    if (args.json) console.log(JSON.stringify(readyReport(gateway)));
    else console.log(readyText(gateway));
    await stop;
    await gateway.close();
  },
});

function readyReport({ url, engine, database }: RunningGateway): object {
  const { about, candidates, models } = engine;
  const profiles = Object.fromEntries(candidates.map((id) => [id, models.get(id)?.profile.kind]));
  return { url, database, providers: about.providers, candidates: profiles, notices: about.notices };
}

function readyText({ url, engine, database }: RunningGateway): string {
  const { about, candidates, models } = engine;
  const lines = [`Onehead listens at ${url}`, ""];
  lines.push(
    `  Base URL for clients   ${url}/v1   (model "auto")`,
    `  Page                   ${url}/`,
    `  Log                    ${database}`,
  );
  const providers = about.providers.map(({ id, host }) => (host === null ? id : `${id} (${host})`)).join(", ");
  lines.push(`  Providers              ${providers || "none: no key is set, a local echo answers"}`);
  const width = Math.max(...candidates.map((id) => id.length), 0);
  if (candidates.length > 0) lines.push("", "Candidates");
  for (const id of candidates) {
    const { provider = "", profile } = models.get(id) ?? {};
    lines.push(`  ${printable(id.padEnd(width))}  ${printable(provider.padEnd(10))}  ${profile?.kind ?? "unknown"}`);
  }
  for (const notice of about.notices) lines.push("", printable(notice));
  return lines.join("\n");
}

/** Settles at SIGTERM or Ctrl-C; a second one does not wait for what is under way. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(exitCodes.interrupted);
      asked = true;
      resolve();
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });
}
