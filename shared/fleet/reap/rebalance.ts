/**
 * EC2's rebalance recommendations. A recommendation says that EC2 is more likely to take this machine back than others.
 * It may never do so, so it is advice: it is noted, and the machine's pool counts as risky for a while. A stage can
 * also choose to drain such machines, one in ten minutes; the pool then cools for that time.
 * @see EC2 user guide, "EC2 instance rebalance recommendations"
 */
import type { StageConfig } from "../../config.ts";
import { poolsRecordSchema, type PoolsRecord } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { poolKey } from "../../contract/pool-key.ts";
import type { Log } from "../../ports.ts";
import { updateRecord, type RecordPorts } from "../../records/records.ts";
import { orderDrain } from "../machines/drain.ts";
import { nothingYet } from "../pools/pools-record.ts";

/** EC2 gives no time with its advice. If it has not taken the machine by then, it may never do so. */
const riskyMs = 15 * 60_000;
/** At most one machine leaves within this time: all machines of a zone get the advice together. */
const betweenDrainsMs = 10 * 60_000;

export interface Advised {
  readonly instanceId: InstanceId;
  readonly instanceType: string;
  readonly zone: string;
  /** The time that EC2 gives. */
  readonly atMs: number;
}

/** May be called again with the same advice. */
export async function noteRebalance(
  ports: RecordPorts & { readonly log: Log },
  { instanceId, instanceType, zone, atMs }: Advised,
  settings: StageConfig,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  if (nowMs >= atMs + riskyMs) return;
  const mayDrain = settings.rebalance === "drain" && !(await ports.store.exists(fleetKeys.drain(instanceId)));
  const pool = poolKey({ instanceType, zone });
  const stored = await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const noted = withRisk(record, pool, atMs + riskyMs, nowMs);
    if (mayDrain && mayDrainAt(record, nowMs)) return withDrain(noted, pool, instanceId, nowMs);
    return noted === record ? null : noted;
  });
  if (!mayDrain || stored?.rebalance_drained?.instance_id !== instanceId) return;
  ports.log.info("a machine is told to leave", { instance: instanceId, detail: "rebalance recommendation" });
  await orderDrain(ports, instanceId, { reason: "rebalance", detail: "EC2 may take the machine back soon" });
}

const mayDrainAt = ({ rebalance_drained: last }: PoolsRecord, nowMs: number): boolean =>
  last === null || nowMs - Date.parse(last.at) >= betweenDrainsMs;

function withRisk(record: PoolsRecord, pool: string, untilMs: number, nowMs: number): PoolsRecord {
  if (Date.parse(record.risky[pool]?.until ?? "") >= untilMs) return record;
  const still = Object.entries(record.risky).filter(([, { until }]) => Date.parse(until) > nowMs);
  return {
    ...record,
    risky: { ...Object.fromEntries(still), [pool]: { until: new Date(untilMs).toISOString() } },
  };
}

function withDrain(record: PoolsRecord, pool: string, instanceId: InstanceId, nowMs: number): PoolsRecord {
  const until = new Date(nowMs + betweenDrainsMs).toISOString();
  return {
    ...record,
    rebalance_drained: { instance_id: instanceId, at: new Date(nowMs).toISOString() },
    cooling: { ...record.cooling, [pool]: { until, reason: "rebalance", code: "rebalance" } },
  };
}
