/** A machine as the fleet plans by it. */
import type { Market } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import type { StartFailure } from "../../contract/start-failure.ts";

/**
 * `booting`: launched, not ready yet, and still within the boot deadline: capacity to come.
 * `ready`: self-test and model load are done and the heartbeat is fresh: capacity.
 * `leaving`: drains or shuts down; it takes no more work.
 * `silent`: was ready, and its heartbeat is too old to count on it.
 * `overdue`: not ready past the boot deadline.
 * `ended`: EC2 shuts it down or has; it is not billed and not ours to count.
 */
export type MachinePhase = "booting" | "ready" | "leaving" | "silent" | "overdue" | "ended";

export interface Machine {
  readonly instanceId: InstanceId;
  readonly model: string | null;
  readonly zone: string;
  readonly market: Market;
  readonly phase: MachinePhase;
  readonly launchedMs: number;
  /** By its heartbeat; null: it does not say. */
  readonly messagesReceived: number | null;
  /** It leaves, or has left, without ever having received a message. */
  readonly leavesUnused: boolean;
  /** Why it could not start, by its own word; null: it did, or says nothing. */
  readonly failure: StartFailure | null;
  /** As its engine's finished clips have shown it, all slots busy; null before the first few. */
  readonly audioSecondsPerSecond: number | null;
  /** What an hour of it costs, volume and address included; null while nobody knows. */
  readonly usdPerHour: number | null;
  /** Told by EC2 or by a budget to leave, it is gone by then; null: it may stay, or take its time. */
  readonly goneByMs: number | null;
  /** What it has cost and the batch that it serves first will bear; null once it has served one, or can serve none. */
  readonly unservedUsd: number | null;
}
