/** The reaper's part of the ledger: each minute it writes what EC2's list and the heartbeats say of every machine. */
import type { StageConfig } from "../../config.ts";
import type { IntentRecord, LedgerRecord, WorkerRecord } from "../../contract/records/fleet-records.ts";
import type { FleetInstance } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { workSeconds } from "../bill.ts";
import type { LedgerEntries, LedgerEntry } from "./ledger.ts";
import { updateLedger } from "./ledger.ts";
import { newEntry } from "./ledger-notes.ts";
import { exists } from "../charges.ts";

/**
 * The list may miss a machine for a moment. If it misses one for this long, and there is no heartbeat, the machine is
 * gone. So is a new one that nobody has seen since its launch: the looks at it may have failed for minutes.
 */
const missingMs = 600_000;
/** What one tick knows of a machine. */
export interface ObservedEntry {
  readonly instance: FleetInstance;
  /** EC2's list or a heartbeat shows it now. If false, only the ledger shows it. */
  readonly isSeen: boolean;
  readonly worker: WorkerRecord | null;
  /** Needed for a machine that is in no ledger yet. */
  readonly intent: IntentRecord | null;
  /** Why it ends, if known. */
  readonly endReason: string | null;
  /** This tick ended it. */
  readonly endedByUs: boolean;
  /** The price in its zone now, and since when it is in force; null when not known. */
  readonly price: LedgerEntry["prices"][number] | null;
}

/**
 * Brings one day's ledger up to date.
 * @param observed the machines of that day
 */
export function recordObserved(
  ports: RecordPorts,
  day: string,
  observed: readonly ObservedEntry[],
  settings: StageConfig,
): Promise<LedgerRecord> {
  const nowMs = ports.clock.nowMs();
  return updateLedger(ports, day, (entries) => {
    const instances = withGoneEnded(entries, observed, nowMs);
    for (const seen of observed) {
      const { instance, intent } = seen;
      const launchedAt = new Date(instance.launchedMs).toISOString();
      const earlier = instances[instance.instanceId] ?? newEntry(instance, intent, launchedAt, settings);
      instances[instance.instanceId] = earlier.closed_at === null ? seenAgain(earlier, seen, nowMs) : earlier;
    }
    return instances;
  });
}

/**
 * EC2 forgets a machine an hour after its end. A machine that it has not listed for a while, and that has no heartbeat,
 * ended when it was last seen.
 */
function withGoneEnded(
  entries: Readonly<LedgerEntries>,
  observed: readonly ObservedEntry[],
  nowMs: number,
): LedgerEntries {
  const seen = new Set<string>(
    observed.filter(({ isSeen }) => isSeen).map(({ instance }) => instance.instanceId),
  );
  const isGone = (id: string, { terminated_at, seen_at, launched_at }: LedgerEntry): boolean =>
    !seen.has(id) && terminated_at === null && nowMs - Date.parse(seen_at ?? launched_at) > missingMs;
  return Object.fromEntries(
    Object.entries(entries).map(([id, entry]) => [id, isGone(id, entry) ? gone(entry) : entry]),
  );
}

function gone(entry: LedgerEntry): LedgerEntry {
  const endedAt = entry.ended_at ?? entry.seen_at ?? entry.running_at ?? entry.launched_at;
  return { ...entry, ended_at: endedAt, terminated_at: endedAt };
}

function seenAgain(entry: LedgerEntry, seen: ObservedEntry, nowMs: number): LedgerEntry {
  const { worker } = seen;
  return {
    ...entry,
    instance_type: entry.instance_type ?? seen.instance.instanceType,
    prices: withPrice(entry, seen.price),
    running_at: runningSince(entry, seen),
    ...(seen.isSeen ? asSeen(entry, seen.instance, nowMs) : {}),
    end_reason: endReasonOf(entry, seen),
    left_for: worker?.reason ?? entry.left_for,
    ...(worker === null ? {} : toldBy(worker, entry)),
    ready_at: worker?.ready_at ?? entry.ready_at,
    audio_seconds_per_second: worker?.audio_seconds_per_second ?? entry.audio_seconds_per_second,
    messages_received: worker?.messages_received ?? entry.messages_received,
    received_at: hasReceivedMore(entry, worker) ? new Date(nowMs).toISOString() : entry.received_at,
    failure: worker?.failure ?? entry.failure,
  };
}

/**
 * The first reason stays, with one exception. EC2's notice only announces an end: if the machine left or was ended
 * before that, the later reason replaces it.
 */
function endReasonOf(
  { end_reason: earlier }: LedgerEntry,
  { endReason, endedByUs }: ObservedEntry,
): string | null {
  const isNews = endedByUs || earlier === null || earlier === "interruption";
  return isNews ? (endReason ?? earlier) : earlier;
}

/** The state of the machine's life as EC2 shows it. */
function asSeen(entry: LedgerEntry, instance: FleetInstance, nowMs: number): Partial<LedgerEntry> {
  const now = new Date(nowMs).toISOString();
  const there = exists(instance);
  const isAlive = there && !entry.end_is_told;
  return {
    launched_at: new Date(instance.launchedMs).toISOString(),
    seen_at: there ? now : entry.seen_at,
    // A delayed list may show a machine that an earlier list showed as ended, and it may be right. An event is never
    // wrong.
    ended_at: isAlive ? null : (entry.ended_at ?? now),
    terminated_at: isAlive ? null : (entry.terminated_at ?? (instance.state === "terminated" ? now : null)),
    // What a list has said stays: a delayed list shows the machine as it was earlier.
    taken_back: instance.endedBy === null ? entry.taken_back : instance.endedBy === "taken_back",
    ended_by: instance.endedBy ?? entry.ended_by,
  };
}

const hasReceivedMore = (entry: LedgerEntry, worker: WorkerRecord | null): boolean =>
  (worker?.messages_received ?? 0) > (entry.messages_received ?? 0);

/** The part of a heartbeat that is used to share out the costs, and to show what the machine's time went to. */
const toldBy = (worker: WorkerRecord, entry: LedgerEntry) => ({
  booted_at: worker.booted_at,
  idle_since: leaves(worker) ? idleUntilItLeft(worker, entry) : worker.idle_since,
  leaving_at: entry.leaving_at ?? (leaves(worker) ? worker.heartbeat_at : null),
  audio_seconds_made: worker.audio_seconds_made,
  gpu_seconds_by_batch: worker.gpu_seconds_by_batch,
  idle_seconds: worker.idle_seconds,
  interrupted_seconds: worker.interrupted_seconds,
});

const leaves = ({ state }: WorkerRecord): boolean => state === "draining" || state === "leaving";

/** A machine that leaves does not say whether it was idle before. It was if it has made nothing since it said so. */
const idleUntilItLeft = (worker: WorkerRecord, entry: LedgerEntry): string | null =>
  workSeconds(worker) === workSeconds(entry) ? entry.idle_since : null;

/** EC2's event gives the exact second. Without it, a machine seen running is taken to have run since its launch. */
function runningSince(entry: LedgerEntry, { instance, worker }: ObservedEntry): string | null {
  const hasRun = worker !== null || (exists(instance) && instance.state !== "pending");
  return entry.running_at ?? (hasRun ? new Date(instance.launchedMs).toISOString() : null);
}

function withPrice({ prices, market }: LedgerEntry, price: ObservedEntry["price"]): LedgerEntry["prices"] {
  const last = prices.at(-1);
  const isNews =
    market === "spot" &&
    price !== null &&
    price.usd_per_hour !== last?.usd_per_hour &&
    Date.parse(price.since) > Date.parse(last?.since ?? "");
  return isNews ? [...prices, price] : prices;
}
