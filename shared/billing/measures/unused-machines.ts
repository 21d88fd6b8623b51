/** Machines that started, received no message and left: the work that they were bought for is in no queue. */
import type { MeasuresRecord } from "../../contract/records/fleet-records.ts";
import { mostUnusedKept } from "../../contract/records/fleet-records.ts";
import { instanceIdSchema } from "../../contract/ids.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import { wasToldToEnd } from "./told-to-end.ts";

type Unused = Pick<MeasuresRecord["models"][string], "received_at" | "unused">;

/** The machine was broken or was told to end, so it may have had no chance to receive a message. */
export const isExcused = (reason: string | null): boolean =>
  wasToldToEnd(reason) || reason === "unhealthy" || reason === "drain_deadline";

/**
 * What the ledgers show of one model. Pure.
 * @param before what older ledgers showed
 */
export function unusedShown(
  entries: readonly (readonly [id: string, entry: LedgerEntry])[],
  before: Unused | undefined,
): Unused {
  const receivedAt = latest([before?.received_at ?? null, ...entries.map(([, entry]) => entry.received_at)]);
  const unused = entries.flatMap(([id, entry]) =>
    entry.ended_at !== null && wasUnused(entry)
      ? [{ instance_id: instanceIdSchema.parse(id), left_at: entry.ended_at }]
      : [],
  );
  const listed = new Set(unused.map(({ instance_id }) => instance_id));
  const older = before?.unused.filter(({ instance_id }) => !listed.has(instance_id)) ?? [];
  return {
    received_at: receivedAt,
    unused: [...older, ...unused]
      .filter(({ left_at }) => receivedAt === null || Date.parse(left_at) > Date.parse(receivedAt))
      .sort((a, b) => Date.parse(a.left_at) - Date.parse(b.left_at))
      .slice(-mostUnusedKept),
  };
}

const wasUnused = ({ ready_at, messages_received, end_reason, taken_back }: LedgerEntry): boolean =>
  ready_at !== null && messages_received === 0 && taken_back !== true && !isExcused(end_reason);

const latest = (times: readonly (string | null)[]): string | null =>
  times.reduce((a, b) => (a === null || (b !== null && Date.parse(b) > Date.parse(a)) ? b : a), null);
