import { execFileSync } from "node:child_process";

/** Whether a process still runs. One that is dead and waits to be reaped does not. */
export function isRunning(processId: number): boolean {
  try {
    const state = execFileSync("ps", ["-o", "stat=", "-p", String(processId)], { encoding: "utf8" });
    return !state.trim().startsWith("Z");
  } catch {
    return false; // ps exits with 1 when there is no such process
  }
}
