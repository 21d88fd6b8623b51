/** The program of one machine, in a process group of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { WorkerCommand } from "../options.ts";

/**
 * The watcher reads from a pipe that we never write to: it ends when we do, however we end, and takes the whole
 * group with it. So no machine outlives its EC2, not even one whose EC2 was killed with SIGKILL.
 */
const script = `(read -r _; kill -KILL 0) <&3 >/dev/null 2>&1 & exec 3<&-; exec "$@"`;

export class WorkerProcess {
  /** Resolves when the program has exited and nothing of its group is left to run. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;

  /** @param consolePath stdout and stderr are appended there. */
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
        // What the program left behind in its group (an engine, the watcher) ends with the machine.
        this.killGroup();
        resolve();
      });
    });
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** As systemd asks a unit's main process to stop. */
  askToStop(): void {
    this.#child.kill("SIGTERM");
  }

  killGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch (cause) {
      // ESRCH: the group is gone. EPERM: macOS says so of a group whose members are dead and not yet reaped.
      if (!["ESRCH", "EPERM"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
    }
  }
}
