/** `fleet/drains/{instance}.json`: orders to a machine to finish what it has and leave. */
import type { StageConfig } from "../../config.ts";
import type { DrainRecord } from "../../contract/records/fleet-records.ts";
import { drainRecordSchema } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { readRecord, updateIfReadable } from "../../records/records.ts";

/** Longer than any clip takes: past this, the machine is ignoring its drain order. */
const longestMs = 900_000;
/** When a budget is at stake, work in hand ends within this time or is saved. */
const budgetDrainSeconds = 60;
/** From the end of the drain until EC2 shows the machine as `shutting-down`. */
export const offMs = 30_000;
/** The launcher and the reaper run each minute. A run may start late or take long, hence the margin. */
export const nextLookMs = 75_000;

/** @throws RecordError when there is an order that cannot be read */
export const readDrain = async (store: ObjectStore, id: InstanceId): Promise<DrainRecord | null> =>
  (await readRecord(store, fleetKeys.drain(id), drainRecordSchema))?.value ?? null;

export type DrainOrder =
  | { readonly reason: "price" | "rebalance"; readonly detail: string }
  | {
      readonly reason: "budget_day" | "budget_month";
      readonly detail: string;
      readonly within_seconds: number;
    }
  | { readonly reason: "interruption"; readonly detail: string; readonly ends_at: string };

export const orderOf = (reason: "price" | "budget_day" | "budget_month", detail: string): DrainOrder =>
  reason === "price" ? { reason, detail } : { reason, detail, within_seconds: budgetDrainSeconds };

/** How urgent each reason is. A more urgent order replaces an earlier one. */
const urgency: Readonly<Record<DrainRecord["reason"], number>> = {
  price: 0,
  rebalance: 0,
  budget_day: 1,
  budget_month: 1,
  interruption: 2,
};

/** An earlier order stays unless this one is more urgent. An order that cannot be read is replaced. */
export async function orderDrain(ports: RecordPorts, id: InstanceId, order: DrainOrder): Promise<void> {
  const orderedAt = new Date(ports.clock.nowMs()).toISOString();
  const record: DrainRecord = { v: 1, instance_id: id, ...order, ordered_at: orderedAt };
  await updateIfReadable(ports, fleetKeys.drain(id), drainRecordSchema, (earlier) =>
    earlier === null || urgency[order.reason] > urgency[earlier.reason] ? record : null,
  );
}

/** Workers look for orders at each heartbeat, and one look may fail. */
const heardMs = ({ worker }: StageConfig): number => 2 * worker.heartbeat_seconds * 1000;

export const isOfBudget = (reason: DrainRecord["reason"]): reason is "budget_day" | "budget_month" =>
  reason === "budget_day" || reason === "budget_month";

/** From the order until the machine has left, or is ignoring the order. */
export const drainMs = (reason: DrainRecord["reason"], settings: StageConfig): number =>
  isOfBudget(reason) ? heardMs(settings) + budgetDrainSeconds * 1000 + offMs : longestMs;

/**
 * The time from a budget's order until the machine is gone. A machine that does not listen is ended by the reaper,
 * which takes longer.
 */
export const goneWithinMs = (listens: boolean, settings: StageConfig): number =>
  drainMs("budget_day", settings) + (listens ? 0 : nextLookMs);
