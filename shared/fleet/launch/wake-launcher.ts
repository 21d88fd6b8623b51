import type { LauncherTrigger, Log } from "../../ports.ts";
import { LauncherError } from "../../ports.ts";

/**
 * Have the launcher look at once at a change that has taken effect. If it cannot be called the change stands all the
 * same, and the launcher sees it at its next tick.
 */
export async function wakeLauncher(ports: {
  readonly launcher: LauncherTrigger;
  readonly log: Log;
}): Promise<void> {
  try {
    await ports.launcher.trigger();
  } catch (error) {
    if (!(error instanceof LauncherError)) throw error;
    ports.log.warn("the launcher could not be woken; its schedule runs it within a minute", { error });
  }
}
