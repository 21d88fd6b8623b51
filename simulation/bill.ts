/** What EC2 would charge: the truth that the ledger is compared with. */
import type { MachineRecord } from "./machine-host.ts";

const hourMs = 3_600_000;
const leastMs = 60_000;

/**
 * Of one machine, in USD. Each of its hours costs what was in force when that hour began.
 * @see EC2 user guide, "Billing for interrupted Spot Instances"
 */
export function trueCost(
  { instance, runningMs, endedMs, takenBack, priceAt }: MachineRecord,
  nowMs: number,
): number {
  if (runningMs === null) return 0;
  const ranMs = (endedMs ?? nowMs) - runningMs;
  if (takenBack && instance.market === "spot" && ranMs < hourMs) return 0;
  const billedMs = Math.max(leastMs, ranMs);
  let usd = 0;
  for (let fromMs = 0; fromMs < billedMs; fromMs += hourMs)
    usd += (Math.min(hourMs, billedMs - fromMs) / hourMs) * priceAt(runningMs + fromMs);
  return usd;
}
