/** What `GET /v1/capacity` answers: machines, queues, pools and pauses, from the records alone. */
import type { CapacityView } from "../../contract/api/api.ts";
import { poolKey } from "../../contract/pool-key.ts";
import { byTier } from "../../contract/tiers.ts";
import type { DecisionRecord, PoolsRecord } from "../../contract/records/fleet-records.ts";
import {
  decisionRecordSchema,
  markets,
  workerRecordSchema,
  type WorkerRecord,
} from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { microsOf, usdText } from "../../billing/money.ts";
import { priceCap } from "../../billing/prices.ts";
import type { StageConfig } from "../../config.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import type { Clock, JobQueues, Log, ObjectStore } from "../../ports.ts";
import { readIfReadable, readRecord } from "../../records/records.ts";
import { latchIsClosed } from "../../interlock/latch.ts";
import { readPoolsRecord } from "../pools/pools-record.ts";
import { queueDepths } from "./queue-depths.ts";
import { coolingPools } from "../pools/cooling.ts";

export interface CapacityPorts {
  readonly store: ObjectStore;
  readonly jobQueues: JobQueues;
  readonly clock: Clock;
  readonly log: Log;
}

/** EC2 is not asked. @param showConsole true for operators only: a machine's console may contain anything */
export async function capacityView(
  ports: CapacityPorts,
  settings: StageConfig,
  showConsole: boolean,
): Promise<CapacityView> {
  const { store, clock } = ports;
  const [snapshot, closed, workers, pools, depths] = await Promise.all([
    readRecord(store, fleetKeys.snapshot, decisionRecordSchema),
    latchIsClosed(store),
    workersOf(store, clock.nowMs()),
    readPoolsRecord(store),
    queueDepths(settings, ports),
  ]);
  const nowMs = clock.nowMs();
  return {
    at: snapshot?.value.at ?? null,
    closed,
    instances: snapshot?.value.instances ?? {},
    ...workers,
    queues: [...depths].map(([model, own]) => ({
      model,
      ...byTier((tier) => ({ waiting: own[tier].visible, in_flight: own[tier].inFlight })),
    })),
    zones: poolsOf(snapshot?.value.prices ?? [], pools, settings, nowMs),
    quotas: markets.flatMap((market) => {
      const quota = pools.quotas[market];
      const isOver = quota === undefined || Date.parse(quota.until) <= nowMs;
      return isOver ? [] : [{ market, until: quota.until, detail: quota.detail }];
    }),
    breaker: breakerOf(pools, nowMs),
    failed_starts: failedStartsOf(pools, showConsole, nowMs),
    decisions: snapshot?.value.models ?? [],
  };
}

/** The view lists this many machines at most: those heard of last. */
const mostWorkers = 200;
const readsAtOnce = 32;

/** The age of a heartbeat goes by the store's time, because a machine's own clock may be off. */
async function workersOf(
  store: ObjectStore,
  nowMs: number,
): Promise<Pick<CapacityView, "workers" | "other_workers">> {
  const { objects } = await store.list(fleetKeys.workersPrefix);
  const newest = objects.toSorted((a, b) => b.modifiedMs - a.modifiedMs).slice(0, mostWorkers);
  const records = await inParallel(newest, readsAtOnce, async ({ key, modifiedMs }) => {
    const worker = (await readIfReadable(store, key, workerRecordSchema))?.value;
    return worker == null ? [] : [workerView(worker, Math.max(0, nowMs - modifiedMs))];
  });
  const workers = records.flat().sort((a, b) => (a.instance_id < b.instance_id ? -1 : 1));
  return { workers, other_workers: objects.length - workers.length };
}

function workerView(worker: WorkerRecord, ageMs: number): CapacityView["workers"][number] {
  const { instance_id, zone, model, state, reason, items_running, slots, boot, heartbeat_at } = worker;
  const told_seconds_ago = Math.round(ageMs / 1000);
  return {
    ...{ instance_id, zone, model, state, reason, items_running, slots, boot, heartbeat_at },
    told_seconds_ago,
  };
}

/** Of each machine type and zone: the configured ones with a price, and those that are left alone. */
function poolsOf(
  prices: DecisionRecord["prices"],
  pools: PoolsRecord,
  { instance_types: types }: StageConfig,
  nowMs: number,
): CapacityView["zones"] {
  const cooling = coolingPools(pools, nowMs);
  const priceOf = new Map(
    prices.map(({ instance_type, zone, price_usd_per_hour }) => [
      poolKey({ instanceType: instance_type ?? types[0].type, zone }),
      price_usd_per_hour,
    ]),
  );
  return [...new Set([...priceOf.keys(), ...Object.keys(cooling)])].sort().map((key) => {
    const cold = cooling[key];
    const [instance_type = "", zone = ""] = key.split("/");
    const type = types.find((one) => one.type === instance_type);
    return {
      instance_type,
      zone,
      price_usd_per_hour: priceOf.get(key) ?? null,
      max_usd_per_hour: type === undefined ? null : usdText(microsOf(priceCap(type))),
      cooling:
        cold === undefined
          ? null
          : { until: new Date(cold.untilMs).toISOString(), reason: cold.reason, code: cold.code },
    };
  });
}

function breakerOf({ breaker }: PoolsRecord, nowMs: number): CapacityView["breaker"] {
  if (breaker === null || Date.parse(breaker.until) <= nowMs) return null;
  const { until, reason, detail } = breaker;
  return { until, reason, detail };
}

function failedStartsOf(
  { failed_starts }: PoolsRecord,
  showConsole: boolean,
  nowMs: number,
): CapacityView["failed_starts"] {
  return Object.entries(failed_starts)
    .filter(([, { until }]) => Date.parse(until) > nowMs)
    .map(([model, failed]) => ({
      model,
      ...failed,
      console_tail: showConsole ? failed.console_tail : null,
    }));
}
