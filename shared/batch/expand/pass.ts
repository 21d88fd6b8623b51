/** What both passes over an upload work with. */
import type { StageConfig } from "../../config.ts";
import type { BatchRecord } from "../../contract/records/batch-records.ts";
import type { LauncherTrigger } from "../../ports.ts";
import type { DeliveryPorts } from "../queue/deliver.ts";
import type { ExpansionRun } from "../uploads/expansion.ts";

export interface ExpandPorts extends DeliveryPorts {
  readonly launcher: LauncherTrigger;
}

export interface Pass {
  readonly run: ExpansionRun;
  readonly batch: BatchRecord;
  readonly ports: ExpandPorts;
  readonly settings: StageConfig;
}
