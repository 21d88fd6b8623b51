/** Cooling pools, which are left alone for a while, and risky pools, whose machines EC2 is likely to take back. */
import type { PoolsRecord } from "../../contract/records/fleet-records.ts";
import { poolsRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { poolKey } from "../../contract/pool-key.ts";
import type { RecordPorts } from "../../records/records.ts";
import { updateRecord } from "../../records/records.ts";
import { nothingYet } from "./pools-record.ts";
import type { CoolingPool } from "./pauses.ts";

/** The cooling pools, as `poolKey` names them. */
export const coolingPools = ({ cooling }: PoolsRecord, nowMs: number): Record<string, CoolingPool> =>
  Object.fromEntries(
    Object.entries(cooling)
      .filter(([, { until }]) => Date.parse(until) > nowMs)
      .map(([key, { until, reason, code }]) => [key, { untilMs: Date.parse(until), reason, code }]),
  );

/** The pools whose machines EC2 is likely to take back, as `poolKey` names them. */
export const riskyPools = ({ risky }: PoolsRecord, nowMs: number): readonly string[] =>
  Object.entries(risky)
    .filter(([, { until }]) => Date.parse(until) > nowMs)
    .map(([key]) => key);

/** Leaves a pool alone for a while, and drops entries that have expired. */
export async function coolPool(
  ports: RecordPorts,
  pool: { readonly instanceType: string; readonly zone: string },
  forMs: number,
  why: Pick<CoolingPool, "reason" | "code">,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const until = new Date(nowMs + forMs).toISOString();
  const key = poolKey(pool);
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const remembered = Object.entries(record.cooling).filter(([, { until }]) => Date.parse(until) > nowMs);
    const cooling = Object.fromEntries(remembered);
    const isLeftForLonger = Date.parse(cooling[key]?.until ?? "") > nowMs + forMs;
    return { ...record, cooling: isLeftForLonger ? cooling : { ...cooling, [key]: { until, ...why } } };
  });
}
