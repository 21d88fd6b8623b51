/**
 * A batch whose budget pays for nothing more is held: workers begin none of its items, and its owner's webhooks are
 * told. The launcher holds batches, and so does the reconciler.
 */
import { batchRecordSchema, type ControlRecord } from "../contract/records/batch-records.ts";
import { batchKeys } from "../contract/records/keys.ts";
import type { Log } from "../ports.ts";
import { readRecord, type RecordPorts } from "../records/records.ts";
import { tell } from "../webhooks/tell.ts";
import type { TellPorts } from "../webhooks/webhook-ports.ts";
import { changeControl } from "./control.ts";
import type { BatchBudget } from "./open-work.ts";

export type HoldPorts = RecordPorts & TellPorts & { readonly log: Log };

/** @param detail a sentence for the batch's owner */
export async function holdBatch(
  ports: HoldPorts,
  budget: BatchBudget,
  detail: string,
): Promise<ControlRecord> {
  const { batchId } = budget;
  ports.log.info("a batch is held", { batch: batchId, detail });
  await tellOfHold(ports, budget, detail);
  const since = new Date(ports.clock.nowMs()).toISOString();
  return changeControl(ports, batchId, ({ held }) => ({ held: held ?? { since, detail } }));
}

/** Once for each budget of a batch: with a higher one it may be held again. A batch is held even if this fails. */
async function tellOfHold(ports: HoldPorts, { batchId, maxUsd }: BatchBudget, detail: string): Promise<void> {
  try {
    const batch = (await readRecord(ports.store, batchKeys.batch(batchId), batchRecordSchema))?.value;
    if (batch === undefined) return;
    const timestamp = new Date(ports.clock.nowMs()).toISOString();
    const data = { budget: "batch" as const, batch_id: batchId, detail };
    const id = `${batchId}:budget:${Math.round(maxUsd * 1_000_000)}`;
    const event = { id, body: { type: "budget.reached" as const, timestamp, data } };
    await tell(batch.owner, [event], ports, batch.webhook);
  } catch (error) {
    ports.log.error("could not tell webhooks of a budget", { error });
  }
}
