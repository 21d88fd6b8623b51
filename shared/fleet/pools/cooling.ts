/** Cooling pools, which are left alone for a while, and risky zones, whose machines EC2 is likely to take back. */
import type { PoolsRecord } from "../../contract/records/fleet-records.ts";
import { poolsRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { RecordPorts } from "../../records/records.ts";
import { updateRecord } from "../../records/records.ts";
import { nothingYet } from "./pools-record.ts";
import type { CoolingPool } from "./pauses.ts";

/** The cooling pools of one instance type, by zone. */
export function coolingZones(
  record: PoolsRecord,
  instanceType: string,
  nowMs: number,
): Record<string, CoolingPool> {
  const prefix = `${instanceType}/`;
  return Object.fromEntries(
    Object.entries(record.cooling)
      .filter(([key, { until }]) => key.startsWith(prefix) && Date.parse(until) > nowMs)
      .map(([key, { until, reason, code }]) => [
        key.slice(prefix.length),
        { untilMs: Date.parse(until), reason, code },
      ]),
  );
}

/** The zones whose machines EC2 is likely to take back. */
export function riskyZones({ risky }: PoolsRecord, instanceType: string, nowMs: number): readonly string[] {
  const prefix = `${instanceType}/`;
  return Object.entries(risky)
    .filter(([key, { until }]) => key.startsWith(prefix) && Date.parse(until) > nowMs)
    .map(([key]) => key.slice(prefix.length));
}

/** Leaves a pool alone for a while, and drops entries that have expired. */
export async function coolPool(
  ports: RecordPorts,
  pool: { readonly instanceType: string; readonly zone: string },
  forMs: number,
  why: Pick<CoolingPool, "reason" | "code">,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const until = new Date(nowMs + forMs).toISOString();
  const key = `${pool.instanceType}/${pool.zone}`;
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const remembered = Object.entries(record.cooling).filter(([, { until }]) => Date.parse(until) > nowMs);
    const cooling = Object.fromEntries(remembered);
    const isLeftForLonger = Date.parse(cooling[key]?.until ?? "") > nowMs + forMs;
    return { ...record, cooling: isLeftForLonger ? cooling : { ...cooling, [key]: { until, ...why } } };
  });
}
