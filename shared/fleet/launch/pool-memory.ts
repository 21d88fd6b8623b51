/** `fleet/pools.json`: which pools are left alone, whether launching is, and whose turn it is. */
import type { IntentRecord, Market, PoolsRecord } from "../../contract/records/fleet-records.ts";
import { poolsRecordSchema } from "../../contract/records/fleet-records.ts";
import type { IntentId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { cutText } from "../../contract/text.ts";
import type { FleetInstance, Log, ObjectStore } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { readRecord, updateRecord } from "../../records/records.ts";
import { holdMs, retryMs } from "./launch-lessons.ts";
import { exists } from "../machines/machine.ts";
import type { Breaker, CoolingPool, Quota } from "./observation.ts";

/** What was made by a deploy is known to all of EC2 within minutes: what is not there for longer is missing. */
const settlesWithinMs = 10 * 60_000;
/** A refusal that comes again within so long is the same one, going on. */
const goesOnMs = 5 * 60_000;

/** EC2's own words. */
const longestDetail = 2000;

export const nothingYet: PoolsRecord = {
  v: 1,
  turn: null,
  intents: [],
  cooling: {},
  risky: {},
  rebalance_drained: null,
  quotas: {},
  breaker: null,
  failed_starts: {},
  forgiven_at: null,
};

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

/** The zones whose machines EC2 is likely to take back. */
export function riskyZones({ risky }: PoolsRecord, instanceType: string, nowMs: number): readonly string[] {
  const prefix = `${instanceType}/`;
  return Object.entries(risky)
    .filter(([key, { until }]) => key.startsWith(prefix) && Date.parse(until) > nowMs)
    .map(([key]) => key.slice(prefix.length));
}

export const breakerOf = ({ breaker }: PoolsRecord): Breaker | null =>
  breaker === null
    ? null
    : { untilMs: Date.parse(breaker.until), reason: breaker.reason, detail: breaker.detail };

/**
 * Take the turn: of ticks that saw the same fleet, one may launch.
 * The intents are written before, and the turn is read before them: whoever reads this turn sees the intents.
 * @param seen the turn that the plan was made after.
 * @param granted their markets' limits are over: they are asked again.
 * @param keep granted intents that still matter.
 */
export async function takeTurn(
  ports: RecordPorts,
  seen: IntentId | null,
  granted: readonly Pick<IntentRecord, "id" | "market">[],
  keep: readonly IntentId[],
): Promise<"granted" | "overtaken"> {
  const ids = granted.map(({ id }) => id);
  const turn = ids.at(-1) ?? null;
  const asked = new Set<string>(granted.map(({ market }) => market));
  const stored = await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const quotas = Object.fromEntries(Object.entries(record.quotas).filter(([market]) => !asked.has(market)));
    return record.turn === seen ? { ...record, turn, intents: [...keep, ...ids], quotas } : null;
  });
  return stored?.turn === turn ? "granted" : "overtaken";
}

/** Leave a pool alone for a while; what is forgotten by now is dropped on the way. */
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

/** Ask for nothing of these markets until one of our machines ends, or for half an hour. */
export async function holdMarkets(
  ports: RecordPorts & { readonly log: Log },
  held: readonly Market[],
  detail: string,
  instances: readonly FleetInstance[],
): Promise<void> {
  const until = new Date(ports.clock.nowMs() + holdMs).toISOString();
  const machines = placesOf(instances);
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const quotas = Object.fromEntries(held.map((market) => [market, { until, detail, machines }]));
    return { ...record, quotas: { ...record.quotas, ...quotas } };
  });
  ports.log.error("launches are held", { reason: "quota", markets: held, detail, until });
}

type Place = "there" | "ending";
const placesOf = (instances: readonly FleetInstance[]): Record<string, Place> =>
  Object.fromEntries(
    instances.flatMap((instance) => {
      const place = placeOf(instance);
      return place === null ? [] : [[instance.instanceId, place]];
    }),
  );
const placeOf = (instance: FleetInstance): Place | null =>
  exists(instance) ? "there" : instance.state === "terminated" ? null : "ending";

/** The limits that still hold: no machine of ours has gone further towards its end since. */
export function quotasInForce(
  { quotas }: PoolsRecord,
  instances: readonly FleetInstance[],
  nowMs: number,
): Partial<Record<Market, Quota>> {
  const now = placesOf(instances);
  return Object.fromEntries(
    Object.entries(quotas)
      .filter(([, { until }]) => Date.parse(until) > nowMs)
      .filter(([, { machines }]) => Object.entries(machines).every(([id, place]) => now[id] === place))
      .map(([market, { until, detail }]) => [market, { untilMs: Date.parse(until), detail }]),
  );
}

/**
 * Launch nothing for half an hour, and call for the person who can mend it: an alarm of the stage listens for
 * this very line of the log (`serverless/resources/cloud-only.yml`). What is only not there yet is asked for again at the next
 * look, until it has been missing for too long.
 */
export async function openBreaker(
  ports: RecordPorts & { readonly log: Log },
  reason: Breaker["reason"],
  detail: string,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const stored = await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const since = sinceWhen(record.breaker, reason, nowMs);
    const isSettling = reason === "not_there_yet" && nowMs - Date.parse(since) < settlesWithinMs;
    const until = new Date(nowMs + (isSettling ? retryMs : holdMs)).toISOString();
    return { ...record, breaker: { until, since, reason, detail: cutText(detail, longestDetail) } };
  });
  const { until } = stored?.breaker ?? {};
  const fields = { reason, detail, until };
  if (until !== undefined && Date.parse(until) <= nowMs + retryMs)
    ports.log.warn("a launch names what is not there yet", fields);
  else ports.log.error("launches are held", fields);
}

function sinceWhen(breaker: PoolsRecord["breaker"], reason: Breaker["reason"], nowMs: number): string {
  const goesOn = breaker?.reason === reason && nowMs - Date.parse(breaker.until) < goesOnMs;
  return goesOn ? breaker.since : new Date(nowMs).toISOString();
}

/** For those who look, and for the alarm: the launcher itself goes by the machines that failed. */
export async function noteFailedStart(
  ports: RecordPorts & { readonly log: Log },
  model: string,
  failed: PoolsRecord["failed_starts"][string],
): Promise<void> {
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    return { ...record, failed_starts: { ...record.failed_starts, [model]: failed } };
  });
  ports.log.error("launches are held", { reason: "failed_starts", model, ...failed });
}

export const forgivenMs = ({ forgiven_at }: PoolsRecord): number =>
  forgiven_at === null ? 0 : Date.parse(forgiven_at);

/**
 * Somebody has seen to it: what was held or left out for longer than a minute may be asked for again. The breaker
 * stays readable, and machines that failed to start until now are forgiven.
 */
export async function closeBreaker(ports: RecordPorts): Promise<void> {
  const now = new Date(ports.clock.nowMs()).toISOString();
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const { breaker } = record;
    const cooling = Object.entries(record.cooling).filter(
      ([, { reason }]) => reason !== "not_offered" && reason !== "refused",
    );
    return {
      ...record,
      cooling: Object.fromEntries(cooling),
      quotas: {},
      failed_starts: {},
      forgiven_at: now,
      breaker: breaker === null || breaker.until <= now ? breaker : { ...breaker, until: now },
    };
  });
}
