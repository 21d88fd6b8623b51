import { backOff } from "../../../shared/flow/back-off.ts";
import type { Clock, Log, Random } from "../../../shared/ports.ts";
import { isOutsideFault } from "./faults.ts";

const tries = 5;
const firstWaitMs = 500;

/**
 * Try what must not fail lightly, about eight seconds in all, on top of the SDK's own retries. The work must
 * bear being done twice.
 * @throws what the last try threw.
 */
export async function persistently<T>(
  ports: { readonly clock: Clock; readonly random: Random; readonly log: Log },
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isOutsideFault(error) || attempt === tries) throw error;
      ports.log.warn(`could not ${what}, trying again`, { attempt, error });
      await backOff(ports, attempt, firstWaitMs);
    }
  }
}
