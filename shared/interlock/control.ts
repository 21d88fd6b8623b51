/** `control.json`: what applies to a batch since its submit. The batch's owner writes it, and so does the launcher. */
import { controlRecordSchema, type ControlRecord } from "../contract/records/batch-records.ts";
import type { BatchId } from "../contract/ids.ts";
import { batchKeys } from "../contract/records/keys.ts";
import { updateRecord, type RecordPorts } from "../records/records.ts";

type Terms = Omit<ControlRecord, "v" | "at">;

/** @param change may run several times; an unchanged record is not written again */
export async function changeControl(
  ports: RecordPorts,
  id: BatchId,
  change: (current: Terms) => Partial<Terms>,
): Promise<ControlRecord> {
  const at = new Date(ports.clock.nowMs()).toISOString();
  const nothing: ControlRecord = {
    v: 1,
    cancel: null,
    canceled_at: null,
    canceled_items: [],
    max_cost_usd: null,
    held: null,
    at,
  };
  const stored = await updateRecord(ports, batchKeys.control(id), controlRecordSchema, (current) => {
    const before = current ?? nothing;
    const after = { ...before, ...change(before) };
    return JSON.stringify(after) === JSON.stringify(before) ? null : { ...after, at };
  });
  return stored ?? nothing;
}
