/** The ports that the launcher, the reaper and stop-all need. */
import type { RuntimeConfig } from "../../config.ts";
import type { ComputeFleet, JobQueues, LauncherTrigger, Log, SpotPrices } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import type { OpenWork } from "../../interlock/open-work.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";

/** A stage's name and its settings. */
export type Stage = Pick<RuntimeConfig, "stage" | "settings">;

export interface FleetPorts extends RecordPorts {
  readonly fleet: ComputeFleet;
  readonly log: Log;
}
export interface LaunchPorts extends FleetPorts {
  /** The open work of every active batch. */
  readonly openWork: () => Promise<readonly OpenWork[]>;
  readonly jobQueues: JobQueues;
}
/** The launcher's tick also tells of budgets. */
export interface LaunchTickPorts extends LaunchPorts, TellPorts {}
export interface TriggerPorts extends FleetPorts {
  readonly launcher: LauncherTrigger;
}
export interface StopPorts extends FleetPorts {
  readonly jobQueues: JobQueues;
}
export interface ReaperPorts extends StopPorts {
  readonly spotPrices: SpotPrices;
}
