import type { Clock, Log } from "../../../shared/ports.ts";
import { Access } from "../flow/access.ts";
import { isOutsideFault } from "../flow/faults.ts";
import type { Pause } from "../flow/pause.ts";

/** Between two tries of a heartbeat that S3 refuses. */
const retryMs = 5_000;

/**
 * The first heartbeat. The fleet does not see a worker without one, so the worker waits while S3 refuses it. No
 * answer is no refusal: the next heartbeat may be written.
 * @returns the refusal, once it counts; null: go on
 */
export async function firstHeartbeat(
  beat: () => Promise<void>,
  {
    clock,
    log,
    pause,
    isLeaving,
  }: {
    readonly clock: Clock;
    readonly log: Log;
    readonly pause: Pause;
    readonly isLeaving: () => boolean;
  },
): Promise<string | null> {
  const access = new Access();
  do {
    access.heard(await faultOf(beat, log), clock.nowMs());
    if (!access.isRefused) return null;
    const refusal = access.denied(clock.nowMs());
    if (refusal !== null) return refusal;
    await pause.wait(retryMs);
  } while (!isLeaving());
  return null;
}

async function faultOf(beat: () => Promise<void>, log: Log): Promise<Error | null> {
  try {
    await beat();
    return null;
  } catch (error) {
    if (!isOutsideFault(error)) throw error;
    log.warn("could not write the first heartbeat", { error });
    return error;
  }
}
