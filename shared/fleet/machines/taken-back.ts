/** What is known of a machine that EC2 has given notice of taking back. */
import { freeWithinMs } from "../../billing/charges.ts";
import type { StageConfig } from "../../config.ts";
import type { FleetInstance } from "../../ports.ts";
import { drainMs } from "./drain.ts";
import type { MachineRecords } from "./machine-records.ts";

/** EC2 may take a machine this much later than announced. */
const takenLateMs = 60_000;

/** From EC2's interruption notice to the machine's end. */
const noticeMs = 120_000;

/** By when EC2 has taken the machine; null: nobody has heard of a notice. */
export function takenByMs({ worker, heardMs, drain }: MachineRecords, settings: StageConfig): number | null {
  if (drain?.reason === "interruption") return Date.parse(drain.ends_at) + takenLateMs;
  // The machine has the notice from its own metadata service only, and its heartbeats do not say when it came.
  if (worker?.reason !== "interruption" || heardMs === null) return null;
  const byHeartbeatMs = heardMs + noticeMs + takenLateMs;
  if (drain === null) return byHeartbeatMs;
  // Without a notice before then it would have left by that order.
  const byOrderMs = Date.parse(drain.ordered_at) + drainMs(drain.reason, settings) + noticeMs + takenLateMs;
  return Math.min(byHeartbeatMs, byOrderMs);
}

/**
 * EC2 charges no hours of a spot machine that it takes within its first one, and every second of one that ends
 * otherwise. So ending it in these minutes costs money, and leaving it to EC2 does not.
 */
export function isTakenForFree(
  { market, launchedMs }: FleetInstance,
  records: MachineRecords,
  nowMs: number,
  settings: StageConfig,
): boolean {
  const byMs = takenByMs(records, settings);
  return market === "spot" && byMs !== null && nowMs < byMs && byMs - takenLateMs < launchedMs + freeWithinMs;
}
