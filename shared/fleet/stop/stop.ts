/**
 * Stop-all: the latch closes, every machine of ours is ended, and zero is read back. Each step is tried and
 * written down even when another fails, and the reaper repeats all but the first for as long as the latch is
 * closed. Jobs are kept.
 */
import type { StartView, StopView } from "../../contract/api/api.ts";
import type { LatchRecord, StopRecord } from "../../contract/records/fleet-records.ts";
import { stopRecordSchema } from "../../contract/records/fleet-records.ts";
import { stopIdOf } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import { readRecord, updateRecord } from "../../records/records.ts";
import type { Stage, StopPorts, TriggerPorts } from "../machines/fleet-ports.ts";
import { closeLatch, openLatch, readLatch } from "../../interlock/latch.ts";
import { microsOf, usdText } from "../../billing/money.ts";
import { queueDepths, totalDepth } from "../machines/queue-depths.ts";
import type { Sweep } from "./sweep.ts";
import { sweep, tryStep } from "./sweep.ts";
import { stopViewOf } from "./view.ts";
import { wakeLauncher } from "../launch/wake-launcher.ts";
import { closeBreaker } from "../pools/breaker.ts";

/**
 * A caller is answered after so long at most, whatever AWS does. What is not proven by then the reaper proves, and
 * `GET /v1/stop` shows it: EC2 takes a minute to end a machine.
 */
const answerWithinMs = 8_000;
const betweenLooksMs = 2_000;
/** A stop that fails for hours must not grow its record without end. */
const mostSteps = 200;

/** What a stop has come to so far. */
interface Stopping {
  readonly asked: LatchRecord;
  latch: LatchRecord | null;
  record: StopRecord;
}

/** Idempotent: while the latch is closed, a second call carries the first stop on. @param by who asked, for its record */
export async function stopAll(by: string, ports: StopPorts, stage: Stage): Promise<StopView> {
  const asked = newLatch(by, ports);
  const stopping: Stopping = { asked, latch: null, record: emptyRecord(asked) };
  const over = new AbortController();
  const answerDue = ports.clock.sleep(answerWithinMs, over.signal);
  try {
    await Promise.race([lookUntilZero(stopping, ports, stage, over.signal), answerDue]);
  } finally {
    over.abort();
  }
  return stopViewOf(stopping.latch ?? asked, stopping.record);
}

/**
 * @param over aborted: the caller has its answer. A function that waits for its next call stands still, and must
 *   neither end machines nor write its old look over a newer one when it goes on, for by then the latch may be open.
 */
async function lookUntilZero(
  stopping: Stopping,
  ports: StopPorts,
  stage: Stage,
  over: AbortSignal,
): Promise<void> {
  for (;;) {
    await closeOnce(stopping, ports);
    const swept = await sweep(ports, stage.settings, over);
    const found = { ...swept, verified: swept.verified && stopping.latch !== null };
    const record = await extended(stopping.record, found, ports, stage);
    if (over.aborted) return;
    stopping.record = await keep(record, ports);
    if (stopping.record.verified_at !== null) return;
    await ports.clock.sleep(betweenLooksMs, over);
  }
}

/** A latch that cannot be closed keeps no machine alive; it is tried again, for without it nothing is proven. */
async function closeOnce(stopping: Stopping, ports: StopPorts): Promise<void> {
  const { asked } = stopping;
  if (stopping.latch !== null) return;
  const { step, value } = await tryStep("latch", () => close(asked, ports), ports);
  stopping.latch = value;
  const record = named(stopping.record, value ?? asked);
  stopping.record = { ...record, steps: [...record.steps, step] };
}

/** The reaper's part, each tick while the latch is closed: what still runs, or appears, is ended. */
export async function continueStop(ports: StopPorts, stage: Stage): Promise<void> {
  const latch = await readLatch(ports.store);
  if (latch?.closed !== true) return;
  const record = (await readStop(ports.store, latch)) ?? emptyRecord(latch);
  const swept = await sweep(ports, stage.settings);
  if (record.verified_at !== null && swept.verified) return;
  await keep(await extended(record, swept, ports, stage), ports);
}

/** Launches and submits are taken again, also after a breaker; what waits in the queues goes on at once. */
export async function reopen(by: string, ports: TriggerPorts): Promise<StartView> {
  const latch = await openLatch(ports, by);
  await closeBreaker(ports);
  await wakeLauncher(ports);
  return { state: "open", opened_at: latch?.changed_at ?? null };
}

export async function stopView(store: ObjectStore): Promise<StopView> {
  const latch = await readLatch(store);
  return stopViewOf(latch, latch === null ? null : await readStop(store, latch));
}

async function close(asked: LatchRecord, ports: StopPorts) {
  const value = await closeLatch(ports, asked);
  const isOurs = value.stop_id === asked.stop_id;
  return { value, ok: true, detail: isOurs ? "closed" : `was closed at ${value.changed_at}` };
}

function newLatch(by: string, { clock, random }: StopPorts): LatchRecord {
  const nowMs = clock.nowMs();
  return {
    v: 1,
    closed: true,
    stop_id: stopIdOf(random.ulid(nowMs)),
    changed_at: new Date(nowMs).toISOString(),
    changed_by: by,
  };
}

async function readStop(store: ObjectStore, { stop_id: id }: LatchRecord): Promise<StopRecord | null> {
  return (await readRecord(store, fleetKeys.stop(id), stopRecordSchema))?.value ?? null;
}

const emptyRecord = (latch: LatchRecord): StopRecord => ({
  v: 1,
  id: latch.stop_id,
  requested_at: latch.changed_at,
  requested_by: latch.changed_by,
  steps: [],
  terminated: [],
  instances_left: null,
  messages_left: null,
  verified_at: null,
  cost_per_hour_usd: null,
});

/** The record of the stop that closed the latch: a second call finds the first one's. */
const named = (record: StopRecord, { stop_id, changed_at, changed_by }: LatchRecord): StopRecord => ({
  ...record,
  id: stop_id,
  requested_at: changed_at,
  requested_by: changed_by,
});

async function extended(
  record: StopRecord,
  swept: Sweep,
  ports: StopPorts,
  stage: Stage,
): Promise<StopRecord> {
  return {
    ...record,
    steps: [...record.steps, ...swept.steps],
    terminated: [...record.terminated, ...swept.terminated],
    instances_left: swept.left,
    messages_left: await messagesLeft(ports, stage),
    verified_at: swept.verified ? new Date(ports.clock.nowMs()).toISOString() : null,
    cost_per_hour_usd: swept.costPerHourUsd === null ? null : usdText(microsOf(swept.costPerHourUsd)),
  };
}

/** For the reader's comfort, not for the proof: null when a queue did not answer. */
async function messagesLeft(ports: StopPorts, { settings }: Stage): Promise<number | null> {
  const depths = await queueDepths(settings, ports);
  if (depths.size < settings.models.length) return null;
  return [...depths.values()]
    .map(totalDepth)
    .reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
}

/**
 * Store the record, together with what another call of the same stop wrote meanwhile.
 * @returns the record as it is known here, stored or not: the caller's answer does not depend on the store.
 */
async function keep(record: StopRecord, ports: StopPorts): Promise<StopRecord> {
  try {
    const key = fleetKeys.stop(record.id);
    const stored = await updateRecord(ports, key, stopRecordSchema, (current) =>
      current === null ? record : joined(current, record),
    );
    return stored ?? record;
  } catch (error) {
    ports.log.error("a stop could not be written down", { stop: record.id, error });
    return record;
  }
}

/** Steps and machines of both; the rest as the later look found it. */
function joined(stored: StopRecord, later: StopRecord): StopRecord {
  const steps = new Map([...stored.steps, ...later.steps].map((step) => [JSON.stringify(step), step]));
  const inOrder = [...steps.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return {
    ...later,
    steps: inOrder.length <= mostSteps ? inOrder : [...inOrder.slice(0, 1), ...inOrder.slice(1 - mostSteps)],
    terminated: [...new Set([...stored.terminated, ...later.terminated])],
  };
}
