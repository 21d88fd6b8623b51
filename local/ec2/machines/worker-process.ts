/** A machine's program, in a process group of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { WorkerCommand } from "../options.ts";

/**
 * The watcher reads from a pipe into which nothing is ever written. It ends when this process ends, however that
 * happens, and ends the whole group. So no machine outlives its EC2, even if EC2 was killed with SIGKILL.
 */
const script = `(read -r _; kill -KILL 0) <&3 >/dev/null 2>&1 & exec 3<&-; exec "$@"`;

export class WorkerProcess {
  /** Resolves when the program has exited and no process of its group runs any more. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;

  /** @param consolePath the file to which stdout and stderr are appended */
  constructor(worker: WorkerCommand, consolePath: string) {
    const console = openSync(consolePath, "a");
    try {
      this.#child = spawn("/bin/sh", ["-c", script, "machine", worker.command, ...worker.args], {
        cwd: worker.cwd,
        env: worker.env,
        detached: true,
        stdio: ["ignore", console, console, "pipe"],
      });
    } finally {
      closeSync(console);
    }
    this.exited = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", () => {
        // Other processes of its group (an engine, the watcher) end with the machine.
        this.killGroup();
        resolve();
      });
    });
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Asks the program to stop, as systemd asks a unit's main process. */
  askToStop(): void {
    this.#child.kill("SIGTERM");
  }

  killGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch (cause) {
      // ESRCH: the group is gone. EPERM: macOS answers this for a group whose members are dead and not yet reaped.
      if (!["ESRCH", "EPERM"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
    }
  }
}
