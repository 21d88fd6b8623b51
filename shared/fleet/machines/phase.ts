/** A machine as the fleet plans with it. */
import type { Market, UnusedEnd } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import type { StartFailure } from "../../contract/start-failure.ts";

/**
 * - `booting`: launched, not ready yet, and within the boot deadline. It counts as capacity to come.
 * - `ready`: self-test and model load are done, and the heartbeat is fresh. It counts as capacity.
 * - `leaving`: it drains or shuts down, and takes no more work.
 * - `silent`: it was ready, and its heartbeat is too old to count on it.
 * - `overdue`: not ready although the boot deadline has passed.
 * - `ended`: EC2 is shutting it down or has done so. It is not billed and does not count.
 */
export type MachinePhase = "booting" | "ready" | "leaving" | "silent" | "overdue" | "ended";

export interface Machine {
  readonly instanceId: InstanceId;
  readonly model: string | null;
  readonly instanceType: string;
  readonly zone: string;
  readonly market: Market;
  readonly phase: MachinePhase;
  readonly launchedMs: number;
  /** As its heartbeat says; null: it does not say. */
  readonly messagesReceived: number | null;
  /** How it ends, if it has been ready and never received a message; null while it may receive one. */
  readonly unusedEnd: UnusedEnd | null;
  /** Why it could not start, as it says itself; null: it started, or says nothing. */
  readonly failure: StartFailure | null;
  /** Measured on its finished clips with all slots busy; null before the first few. */
  readonly audioSecondsPerSecond: number | null;
  /** What an hour of it costs, volume and address included; null while not known. */
  readonly usdPerHour: number | null;
  /** When it will be gone, because EC2 or a budget told it to leave; null: it may stay, or there is no limit. */
  readonly goneByMs: number | null;
  /**
   * Its cost so far, if it has served nobody yet: the first batch that it serves will bear it. Null once it has served
   * a batch, or can serve none.
   */
  readonly unservedUsd: number | null;
}
