import type { QueueDepth } from "../../ports.ts";
import type { DeliveryPorts } from "../submit/deliver.ts";

export type ReconcilePorts = DeliveryPorts;
/** What the batches are compared with, besides the store. */
export interface FleetObservation {
  /** By model, its lanes added up. Nothing is sent again for a model whose depth is not known. */
  readonly queueDepths: ReadonlyMap<string, QueueDepth>;
  /** Machines that are pending or running. */
  readonly liveInstances: ReadonlySet<string>;
  readonly nowMs: number;
}
