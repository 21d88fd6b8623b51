/** `fleet/pools.json`: which pools are left alone, whether launching is, and whose turn it is. */
import type { PoolsRecord } from "../contract/fleet-records.ts";
import { poolsRecordSchema } from "../contract/fleet-records.ts";
import type { IntentId } from "../contract/ids.ts";
import { fleetKeys } from "../contract/keys.ts";
import type { Log, ObjectStore, PoolError } from "../ports.ts";
import type { RecordPorts } from "../records/records.ts";
import { readRecord, updateRecord } from "../records/records.ts";
import type { Breaker, CoolingPool } from "./observation.ts";

/**
 * Until the schedule looks next: without any, each submit would ask a dry pool again; with more, the end of a drought
 * is seen later, and nothing is saved.
 */
export const poolCoolingMs = 50_000;
/** What only a person can mend is not asked for every minute. */
const breakerMs = 30 * 60_000;

const nothingYet: PoolsRecord = { v: 1, turn: null, intents: [], cooling: {}, breaker: null };

export const readPools = async (store: ObjectStore): Promise<PoolsRecord> =>
  (await readRecord(store, fleetKeys.pools, poolsRecordSchema))?.value ?? nothingYet;

/** What is still remembered of the pools of one instance type, by zone. */
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

export const breakerOf = ({ breaker }: PoolsRecord): Breaker | null =>
  breaker === null
    ? null
    : { untilMs: Date.parse(breaker.until), reason: breaker.reason, detail: breaker.detail };

/**
 * Take the turn: of ticks that saw the same fleet, one may launch.
 * The intents are written before, and the turn is read before them: whoever reads this turn sees the intents.
 * @param seen the turn that the plan was made after.
 * @param keep granted intents that still matter.
 */
export async function takeTurn(
  ports: RecordPorts,
  seen: IntentId | null,
  granted: readonly IntentId[],
  keep: readonly IntentId[],
): Promise<"granted" | "overtaken"> {
  const turn = granted.at(-1) ?? null;
  const stored = await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    return record.turn === seen ? { ...record, turn, intents: [...keep, ...granted] } : null;
  });
  return stored?.turn === turn ? "granted" : "overtaken";
}

/** Leave a pool alone for a while; what is forgotten by now is dropped on the way. */
export async function coolPools(
  ports: RecordPorts,
  instanceType: string,
  zones: readonly string[],
  why: Pick<CoolingPool, "reason" | "code">,
): Promise<void> {
  if (zones.length === 0) return;
  const nowMs = ports.clock.nowMs();
  const until = new Date(nowMs + poolCoolingMs).toISOString();
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const remembered = Object.entries(record.cooling).filter(([, pool]) => Date.parse(pool.until) > nowMs);
    const cooled = zones.map((zone) => [`${instanceType}/${zone}`, { until, ...why }] as const);
    return { ...record, cooling: Object.fromEntries([...remembered, ...cooled]) };
  });
}

/**
 * Launch nothing for half an hour, and call for the person who can mend it: an alarm of the stage listens for
 * this very line of the log (`serverless/cloud-only.yml`).
 */
export async function openBreaker(
  ports: RecordPorts & { readonly log: Log },
  reason: Breaker["reason"],
  detail: string,
  consoleTail: string | null = null,
): Promise<void> {
  const until = new Date(ports.clock.nowMs() + breakerMs).toISOString();
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => ({
    ...(current ?? nothingYet),
    breaker: { until, reason, detail, console_tail: consoleTail },
  }));
  ports.log.error("launches are held", { reason, detail, until, console_tail: consoleTail });
}

/** Somebody has seen to it. The breaker stays readable, and boots that failed before it closed are forgiven. */
export async function closeBreaker(ports: RecordPorts): Promise<void> {
  const now = new Date(ports.clock.nowMs()).toISOString();
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) =>
    current?.breaker == null || current.breaker.until <= now
      ? null
      : { ...current, breaker: { ...current.breaker, until: now } },
  );
}

/** Of an error that only a person can mend: is it a limit of the account? */
export const breakerReason = ({ code }: PoolError): "quota" | "refused" =>
  /(Count|Limit)Exceeded$/.test(code) ? "quota" : "refused";
