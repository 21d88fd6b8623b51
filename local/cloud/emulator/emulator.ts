/** Runs MiniStack as a child process: S3, SQS, Lambda, the HTTP API, schedules and CloudFormation on loopback. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudError } from "../errors.ts";
import { pathWithNode } from "../node-of.ts";

/** MiniStack takes this key as the account's root. Functions and workers get sessions of their roles. */
export const rootCredentials = { accessKeyId: "test", secretAccessKey: "test" };

export interface EmulatorOptions {
  readonly root: string;
  /** Its log, and everything that it and its functions write. */
  readonly folder: string;
  /** The address at which the functions find EC2. */
  readonly ec2Url: string;
  /** A file that gets one line for each call that a role makes. */
  readonly callRecord?: string | undefined;
  /** See `set-clock.ts`. */
  readonly clockFile?: string | undefined;
  readonly signal: AbortSignal;
}

export interface Emulator {
  readonly url: string;
  /** Resolves when it ends without having been stopped. */
  readonly broken: Promise<CloudError>;
  /** Ends it with all its functions. Nothing is left running or in its temporary folder. */
  stop(): Promise<void>;
}

/** Some seconds on a machine with nothing else to do. */
const startDeadlineMs = 120_000;
const logIn = (folder: string): string => join(folder, "emulator.log");

/**
 * @param port a free port of loopback
 * @returns null when it ended before it answered: most likely another process took the port
 * @throws CloudError when it does not answer within two minutes
 */
export async function startEmulator(port: number, options: EmulatorOptions): Promise<Emulator | null> {
  const emulator = launch(options, port);
  const state = await firstState(emulator, options.signal);
  if (state === "ready") return emulator;
  await emulator.stop();
  options.signal.throwIfAborted();
  if (state === "ended") return null;
  throw new CloudError(`the emulator did not answer for two minutes; see ${logIn(options.folder)}`);
}

function launch(options: EmulatorOptions, port: number): Emulator {
  const temporary = emptyTemporary(options.folder);
  const child = startMinistack(options, port, temporary);
  let stopping = false;
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
    child.once("error", () => {
      resolve();
    });
  });
  const broken = new Promise<CloudError>((resolve) => {
    void gone.then(() => {
      if (!stopping) resolve(new CloudError(`the emulator ended by itself; see ${logIn(options.folder)}`));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    broken,
    async stop() {
      stopping = true;
      endGroup(child);
      await gone;
      rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function emptyTemporary(folder: string): string {
  const temporary = join(folder, "tmp");
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  // The function runner is written there as CommonJS. Without this file, Node would read it as ESM, like our package.
  writeFileSync(join(temporary, "package.json"), '{ "type": "commonjs" }\n');
  return temporary;
}

function startMinistack(options: EmulatorOptions, port: number, temporary: string): ChildProcess {
  const log = openSync(logIn(options.folder), "w", 0o600);
  try {
    return spawn(
      join(options.root, ".venv", "bin", "python"),
      [join(options.root, "local", "cloud", "emulator", "run_ministack.py")],
      {
        // A process group of its own: Ctrl-C in the terminal reaches only this process, which then ends the group in
        // order.
        detached: true,
        stdio: ["pipe", log, log],
        env: emulatorEnvironment(options, port, temporary),
      },
    );
  } finally {
    closeSync(log);
  }
}

/**
 * Functions inherit MiniStack's environment, and get only the variables named here. Because of the two endpoints, the
 * template needs nothing that is specific to the local stage.
 */
function emulatorEnvironment(
  { root, ec2Url, callRecord, clockFile }: EmulatorOptions,
  port: number,
  temporary: string,
): NodeJS.ProcessEnv {
  return {
    // Functions run on the first `node` in the path.
    PATH: pathWithNode(root),
    HOME: temporary,
    TMPDIR: temporary,
    LANG: "C.UTF-8",
    PYTHONUNBUFFERED: "1",
    BIND_HOST: "127.0.0.1",
    MINISTACK_HOST: "127.0.0.1",
    GATEWAY_PORT: String(port),
    // A listener on a fixed port, for a service that is not used here.
    IOT_MTLS_ENABLED: "0",
    // Roles and policies are enforced, so a missing right shows here before it does on AWS.
    AUTH: "true",
    LAMBDA_WARM_TTL_SECONDS: "30",
    AWS_ENDPOINT_URL_EC2: ec2Url,
    ...(callRecord === undefined ? {} : { MGB_CALL_RECORD: callRecord }),
    ...(clockFile === undefined ? {} : { MGB_CLOCK_FILE: clockFile }),
    // MiniStack's own function runner calls url.parse().
    NODE_OPTIONS: "--disable-warning=DEP0169",
  };
}

async function firstState(emulator: Emulator, signal: AbortSignal): Promise<"ready" | "ended" | "silent"> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(startDeadlineMs)]);
  const ended = emulator.broken.then(() => "ended" as const);
  const answering = (async () => {
    while (!over.aborted) {
      const health = await fetch(`${emulator.url}/_ministack/health`, { signal: over }).catch(() => null);
      if (health?.ok === true) return "ready" as const;
      await sleep(50);
    }
    return "silent" as const;
  })();
  return Promise.race([answering, ended]);
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    // Its state is in memory and is lost anyway. A graceful end would only take two seconds.
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
