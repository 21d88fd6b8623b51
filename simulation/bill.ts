/** What EC2 would charge: the truth that the ledger is compared with. */
import type { LedgerRecord } from "../shared/contract/fleet-records.ts";
import { costOf } from "../shared/fleet/money.ts";
import type { MachineRecord } from "./machine-host.ts";

const freeMs = 3_600_000;

/** Of one machine, in USD. @see EC2 user guide, "Billing for interrupted Spot Instances" */
export function trueCost(machine: MachineRecord, nowMs: number): number {
  const { instance, priceUsdPerHour, endedMs, takenBack } = machine;
  const livedMs = (endedMs ?? nowMs) - instance.launchedMs;
  if (takenBack && instance.market === "spot" && livedMs < freeMs) return 0;
  return (livedMs / 3_600_000) * priceUsdPerHour;
}

export const ledgerCost = (entry: LedgerRecord["instances"][string], nowMs: number): number =>
  costOf(entry, nowMs);
