import type { QueueDepth } from "../../ports.ts";

/** What the reconciler compares batches with, besides the store. */
export interface FleetObservation {
  /** By model, both queues added up. Nothing is sent again for a model whose depth is not known. */
  readonly queueDepths: ReadonlyMap<string, QueueDepth>;
  /** Machines that are pending or running. */
  readonly liveInstances: ReadonlySet<string>;
  readonly nowMs: number;
}
