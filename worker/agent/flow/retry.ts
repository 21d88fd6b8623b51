import { backOff } from "../../../shared/flow/back-off.ts";
import type { Clock, Log, Random } from "../../../shared/ports.ts";
import { isOutsideFault } from "./faults.ts";

const tries = 5;
const firstWaitMs = 500;

/**
 * Five tries within about eight seconds, on top of the SDK's own retries. The work must be safe to do twice.
 * @param what completes "could not …" in the log
 * @throws what the last try threw
 */
export async function withRetries<T>(
  ports: { readonly clock: Clock; readonly random: Random; readonly log: Log },
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isOutsideFault(error) || attempt === tries) throw error;
      ports.log.warn(`could not ${what}; trying again`, { attempt, error });
      await backOff(ports, attempt, firstWaitMs);
    }
  }
}
