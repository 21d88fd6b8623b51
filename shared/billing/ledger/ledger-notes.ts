/** What is written into the ledger as it happens: a launch's answer, and EC2's events. */
import type { StageConfig } from "../../config.ts";
import type { IntentRecord, LedgerRecord } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import { intentTimeMs } from "../../contract/ids.ts";
import type { StartFailure } from "../../contract/start-failure.ts";
import type { FleetInstance, LaunchedMachine } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { dayOf } from "../bill.ts";
import type { LedgerEntry } from "./ledger.ts";
import { ledgerDayOf, updateLedger, withNew } from "./ledger.ts";
import { extrasOf, typeNamed, unpricedUsdPerHour } from "../prices.ts";

/**
 * The entry of a machine of which only its launch is known. If its price was not written down, it is entered with the
 * highest price that it may cost.
 * @param launchedAt as exactly as it is known
 */
export const newEntry = (
  machine: Pick<FleetInstance, "instanceType" | "zone" | "market" | "model">,
  intent: IntentRecord | null,
  launchedAt: string,
  settings: StageConfig,
): LedgerEntry => {
  const pool = intent?.pools.find(({ instance_type, zone }) => {
    const type = instance_type ?? intent.instance_type;
    return zone === machine.zone && type === (machine.instanceType ?? type);
  });
  const instanceType = machine.instanceType ?? pool?.instance_type ?? intent?.instance_type ?? null;
  return {
    instance_type: instanceType,
    zone: machine.zone,
    market: machine.market,
    // The price may have come into force before the launch although EC2 showed it only later.
    prices: [
      {
        since: pool?.price_since ?? launchedAt,
        usd_per_hour:
          pool?.price_usd_per_hour ?? unpricedUsdPerHour(machine.market, typeNamed(instanceType, settings)),
      },
    ],
    extras: extrasOf(settings),
    model: machine.model,
    intent_id: intent?.id ?? null,
    launched_at: launchedAt,
    running_at: null,
    booted_at: null,
    ready_at: null,
    seen_at: null,
    ended_at: null,
    terminated_at: null,
    end_is_told: false,
    end_reason: null,
    left_for: null,
    taken_back: null,
    ended_by: null,
    closed_at: null,
    audio_seconds_per_second: null,
    messages_received: null,
    received_at: null,
    idle_since: null,
    leaving_at: null,
    audio_seconds_made: null,
    failure: null,
    gpu_seconds_by_batch: {},
    idle_seconds: 0,
    interrupted_seconds: 0,
  };
};

/**
 * Enters the machines of a launch before EC2's list shows them: a machine that ends before that costs money too.
 * @param launched as EC2 answered; when asked again, it answers the same
 */
export async function noteLaunched(
  ports: RecordPorts,
  intent: IntentRecord,
  launched: readonly LaunchedMachine[],
  settings: StageConfig,
): Promise<void> {
  if (launched.length === 0) return;
  const { market, model } = intent;
  const added = Object.fromEntries(
    launched.map(({ instanceId, instanceType, zone }) => [
      instanceId,
      newEntry({ instanceType, zone, market, model }, intent, intent.created_at, settings),
    ]),
  );
  await updateLedger(ports, dayOf(intentTimeMs(intent.id)), (entries) => withNew(entries, added));
}

/** Enters a machine of ours that is in no ledger: the launcher ended before it could write it down. */
export async function noteFound(
  ports: RecordPorts,
  instance: FleetInstance,
  intent: IntentRecord | null,
  settings: StageConfig,
): Promise<LedgerRecord> {
  const launchedAt = new Date(instance.launchedMs).toISOString();
  const added = { [instance.instanceId]: newEntry(instance, intent, launchedAt, settings) };
  return updateLedger(ports, ledgerDayOf(instance), (entries) => withNew(entries, added));
}

/** EC2 bills the machine from this time on. */
export const noteRunning = (ports: RecordPorts, day: string, id: InstanceId, at: string): Promise<unknown> =>
  noteOn(ports, day, id, () => ({ running_at: at }));

/**
 * Notes when, or why, a machine ends, as an EC2 event tells. The event's time replaces the time of a tick, which is
 * later and by another clock. Of several events the earliest time stays, because nothing is billed from `shutting-down`
 * on. Of several reasons the first stays.
 */
export const noteEnd = (
  ports: RecordPorts,
  day: string,
  id: InstanceId,
  end: {
    readonly endedAt: string | null;
    /** Its volume is deleted too. */
    readonly isTerminated?: boolean;
    readonly reason: "interruption" | null;
  },
): Promise<unknown> =>
  noteOn(ports, day, id, (entry) => ({
    ...(end.endedAt === null ? {} : { ended_at: toldEnd(entry, end.endedAt), end_is_told: true }),
    ...(end.isTerminated === true ? { terminated_at: end.endedAt } : {}),
    end_reason: entry.end_reason ?? end.reason,
  }));

const toldEnd = ({ ended_at, end_is_told }: LedgerEntry, told: string): string =>
  end_is_told && ended_at !== null && Date.parse(ended_at) < Date.parse(told) ? ended_at : told;

export const noteFailure = (
  ports: RecordPorts,
  day: string,
  id: InstanceId,
  failure: StartFailure,
): Promise<LedgerRecord> => noteOn(ports, day, id, () => ({ failure }));

const noteOn = (
  ports: RecordPorts,
  day: string,
  id: InstanceId,
  note: (entry: LedgerEntry) => Partial<LedgerEntry>,
): Promise<LedgerRecord> =>
  updateLedger(ports, day, (entries) => {
    const entry = entries[id];
    return entry?.closed_at === null ? { ...entries, [id]: { ...entry, ...note(entry) } } : { ...entries };
  });
