/**
 * Stop-all: it closes the latch, ends every machine of ours, and reads back from EC2 that none is left. Each step is
 * tried and written down even if another fails. While the latch is closed, the reaper repeats all steps but the first.
 * Jobs are kept.
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
import { wakeLauncher } from "../../interlock/wake-launcher.ts";
import { closeBreaker } from "../pools/breaker.ts";

/**
 * A caller gets an answer within this time, whatever AWS does. EC2 takes about a minute to end a machine, so the reaper
 * completes the proof, and `GET /v1/stop` shows it.
 */
const answerWithinMs = 8_000;
const betweenLooksMs = 2_000;
/** A stop that fails for hours must not grow its record without end. */
const mostSteps = 200;

/** How far a stop has come. */
interface Stopping {
  readonly asked: LatchRecord;
  latch: LatchRecord | null;
  record: StopRecord;
}

/** Idempotent: while the latch is closed, a second call continues the first stop. @param by who asked, for the record */
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
 * @param over aborted once the caller has its answer. Lambda freezes a function between calls. When it goes on, the
 *   latch may be open: it must then end no machine, and must not overwrite a newer record.
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

/**
 * Closes the latch. If that fails, the machines are ended all the same, and closing is tried again: without a closed
 * latch nothing is proven.
 */
async function closeOnce(stopping: Stopping, ports: StopPorts): Promise<void> {
  const { asked } = stopping;
  if (stopping.latch !== null) return;
  const { step, value } = await tryStep("latch", () => close(asked, ports), ports);
  stopping.latch = value;
  const record = named(stopping.record, value ?? asked);
  stopping.record = { ...record, steps: [...record.steps, step] };
}

/**
 * The reaper's part: at each tick while the latch is closed, it ends what still runs or appears.
 * @returns the stop's record as it is afterwards; null when nothing is stopped
 */
export async function continueStop(ports: StopPorts, stage: Stage): Promise<StopRecord | null> {
  const latch = await readLatch(ports.store);
  if (latch?.closed !== true) return null;
  const record = (await readStop(ports.store, latch)) ?? emptyRecord(latch);
  const swept = await sweep(ports, stage.settings);
  if (record.verified_at !== null && swept.verified) return record;
  return keep(await extended(record, swept, ports, stage), ports);
}

/** Opens the latch: launches and submits are accepted again, also after a breaker, and queued work goes on at once. */
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

/** Names the record by the stop that closed the latch, so that a second call finds the first one's. */
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

/** Information for the reader, not part of the proof; null when a queue did not answer. */
async function messagesLeft(ports: StopPorts, { settings }: Stage): Promise<number | null> {
  const depths = await queueDepths(settings, ports);
  if (depths.size < settings.models.length) return null;
  return [...depths.values()]
    .map(totalDepth)
    .reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
}

/**
 * Stores the record, merged with what another call of the same stop wrote meanwhile.
 * @returns the record as known here, stored or not: the caller's answer does not depend on the store
 */
async function keep(record: StopRecord, ports: StopPorts): Promise<StopRecord> {
  try {
    const key = fleetKeys.stop(record.id);
    const stored = await updateRecord(ports, key, stopRecordSchema, (current) =>
      current === null ? record : joined(current, record),
    );
    return stored ?? record;
  } catch (error) {
    ports.log.error("could not store the record of a stop; the reaper writes it at its next tick", {
      stop: record.id,
      error,
    });
    return record;
  }
}

/** The steps and machines of both; everything else as the later look found it. */
function joined(stored: StopRecord, later: StopRecord): StopRecord {
  const steps = new Map([...stored.steps, ...later.steps].map((step) => [JSON.stringify(step), step]));
  const inOrder = [...steps.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return {
    ...later,
    steps: inOrder.length <= mostSteps ? inOrder : [...inOrder.slice(0, 1), ...inOrder.slice(1 - mostSteps)],
    terminated: [...new Set([...stored.terminated, ...later.terminated])],
  };
}
