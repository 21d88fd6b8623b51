/** What the reconciler needs to know of the fleet and the queues. */
import type { QueueDepth } from "../../ports.ts";
import type { DeliveryPorts } from "../submit/deliver.ts";

export type ReconcilePorts = DeliveryPorts;
/** What batches are compared with, besides the store. */
export interface FleetObservation {
  /** By model, both queues added up. Nothing is sent again for a model whose depth is not known. */
  readonly queueDepths: ReadonlyMap<string, QueueDepth>;
  /** Machines that are pending or running. */
  readonly liveInstances: ReadonlySet<string>;
  readonly nowMs: number;
}
