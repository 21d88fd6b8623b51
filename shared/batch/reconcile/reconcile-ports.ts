import type { JobQueues, QueueDepth } from "../../ports.ts";
import type { FoldPorts } from "../progress/fold.ts";

export interface ReconcilePorts extends FoldPorts {
  readonly jobQueues: JobQueues;
}
/** What the batches are compared with, besides the store. */
export interface FleetSight {
  /** By model, its lanes added up. Nothing is sent again for a model whose depth is not known. */
  readonly queueDepths: ReadonlyMap<string, QueueDepth>;
  /** Machines that are pending or running. */
  readonly liveInstances: ReadonlySet<string>;
  readonly nowMs: number;
}
