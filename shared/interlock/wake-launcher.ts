/** Wakes the launcher right after a change that it should see. */
import type { LauncherTrigger, Log } from "../ports.ts";
import { LauncherError } from "../ports.ts";

/**
 * Runs the launcher now, after a change that has taken effect. If the call fails, the change still stands, and the
 * launcher sees it at its next tick.
 */
export async function wakeLauncher(ports: {
  readonly launcher: LauncherTrigger;
  readonly log: Log;
}): Promise<void> {
  try {
    await ports.launcher.trigger();
  } catch (error) {
    if (!(error instanceof LauncherError)) throw error;
    ports.log.warn("could not wake the launcher; its schedule runs it within a minute", { error });
  }
}
