import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A gateway that was started as a program, and says where it listens. */
export interface GatewayProcess {
  url: string;
  /** From the start of the program to its word that it listens. */
  readyMs: number;
  /** What it printed on standard output first. */
  report: Record<string, unknown>;
  /** SIGTERM to it and whatever it was started through. @returns its exit code, null for one that was ended by the signal */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  cwd: string;
  environment: Record<string, string>;
}

/** Starts `command … --json` in a group of processes of its own and waits for the line that it prints when it listens. */
export async function startGateway(
  [command, ...args]: readonly string[],
  { cwd, environment }: StartOptions,
): Promise<GatewayProcess> {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...withoutKeys(process.env), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let errors = "";
  child.stderr.on("data", (data: Buffer) => {
    errors += data;
  });
  const report = JSON.parse(await firstLineOf(child, () => errors));
  const readyMs = performance.now() - started;
  return {
    url: String(report.url),
    readyMs,
    report,
    async stop() {
      const closed = once(child, "close");
      process.kill(-child.pid!, "SIGTERM");
      const [code] = await closed;
      return code;
    },
  };
}

function firstLineOf(child: ChildProcess, errors: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout!.on("data", (data: Buffer) => {
      printed += data;
      if (printed.includes("\n")) resolve(printed.slice(0, printed.indexOf("\n")));
    });
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`ended with ${code} before it listened: ${printed}${errors()}`)));
  });
}

/** The environment without what a gateway would find a provider, a proxy or a setting by. */
export function withoutKeys(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const found = /_API_KEY(_FILE)?$|_BASE_URL$|^(OLLAMA_HOST|CO_API_URL)$|^AWS_|^npm_|^NODE_OPTIONS$/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !found.test(name)));
}
