/** Machines that started, received no message and left: the work that they were bought for is in no queue. */
import type { MeasuresRecord, UnusedEnd } from "../../contract/records/fleet-records.ts";
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
  const unused = entries.flatMap(([id, entry]) => {
    const end = unusedEndOf(entry);
    return entry.ended_at === null || end === null
      ? []
      : [{ instance_id: instanceIdSchema.parse(id), left_at: entry.ended_at, end }];
  });
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

/**
 * How a machine ended that was ready and received no message; null for any other, and for one that is excused. Its own
 * word counts first: a stop or EC2 may end a machine that has looked, found nothing and is about to leave.
 */
export function unusedEndOf(entry: LedgerEntry): UnusedEnd | null {
  const { ready_at, messages_received, left_for, end_reason, taken_back } = entry;
  if (ready_at === null || messages_received !== 0) return null;
  if (left_for !== null) return isExcused(left_for) ? null : "looked";
  if (taken_back === true || isExcused(end_reason)) return null;
  return end_reason === null || end_reason === "no_heartbeat" ? "died" : "looked";
}

const latest = (times: readonly (string | null)[]): string | null =>
  times.reduce((a, b) => (a === null || (b !== null && Date.parse(b) > Date.parse(a)) ? b : a), null);
