/** Runs osls as a child process, in a folder of its own and without the user's AWS settings. */
import { spawn } from "node:child_process";
import { closeSync, copyFileSync, mkdirSync, openSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { CloudError } from "./errors.ts";
import { compileCache, nodeFolderOf, pathWithNode } from "./node-of.ts";

export interface ServerlessRun {
  /** The project's folder. */
  readonly root: string;
  /** Holds its log (`serverless.log`), its home, and in `service/.serverless` what it packaged. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** @throws CloudError that names the log when osls fails; the signal's reason when it was aborted */
export async function runServerless(run: ServerlessRun): Promise<void> {
  const service = join(run.folder, "service");
  const temporary = join(run.folder, "serverless-tmp");
  const home = join(run.folder, "home");
  for (const folder of [home, temporary]) mkdirSync(folder, { recursive: true });
  makeServiceFolder(run.root, service);
  const logPath = join(run.folder, "serverless.log");
  try {
    const exit = await spawnLogged(run, service, { HOME: home, TMPDIR: temporary }, logPath);
    if (exit !== 0) throw new CloudError(`serverless ${run.args[0] ?? ""} failed; see ${logPath}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const linked = [
  "config",
  "functions",
  "node_modules",
  "package.json",
  "serverless",
  "shared",
  "tsconfig.json",
];

/**
 * A folder with the project as osls needs it. osls writes its bundles and templates beside serverless.yml, and two
 * clouds of one clone must not overwrite each other's files.
 */
function makeServiceFolder(root: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of linked) symlinkSync(join(root, name), join(folder, name));
  // osls does not accept a symbolic link as its configuration file.
  copyFileSync(join(root, "serverless.yml"), join(folder, "serverless.yml"));
}

function spawnLogged(
  run: ServerlessRun,
  cwd: string,
  folders: Readonly<Record<string, string>>,
  logPath: string,
): Promise<number | null> {
  const program = join(run.root, "node_modules", "serverless", "bin", "serverless.js");
  const log = openSync(logPath, "w", 0o600);
  const child = spawn(join(nodeFolderOf(run.root), "node"), [program, ...run.args], {
    cwd,
    // A process group of its own: Ctrl-C in the terminal reaches only this process, and osls ends together with its
    // esbuild.
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      PATH: pathWithNode(run.root),
      ...compileCache(),
      // The validator of serverless.yml, which osls makes in 2.5 s of a processor and keeps: one for every folder.
      SLS_SCHEMA_CACHE_BASE_DIR: join(run.root, ".local"),
      ...folders,
      ...run.environment,
    },
  });
  closeSync(log);
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, "SIGKILL");
  };
  run.signal.addEventListener("abort", kill, { once: true });
  if (run.signal.aborted) kill();
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      reject(new CloudError("could not run serverless", { cause }));
    });
    child.once("close", (exit) => {
      run.signal.removeEventListener("abort", kill);
      if (run.signal.aborted) reject(run.signal.reason as Error);
      else resolve(exit);
    });
  });
}
