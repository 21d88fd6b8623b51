/** What the reaper reads: every machine that exists, and ended ones whose account is still open. */
import type { StageConfig } from "../../config.ts";
import type { IntentRecord, LedgerRecord } from "../../contract/records/fleet-records.ts";
import type { FleetInstance } from "../../ports.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import { readIntent } from "../launch/intents.ts";
import type { MachineToJudge } from "./reasons-to-end.ts";
import { entryOf, ledgerDayOf, readLedger, recentDays } from "../../billing/ledger/ledger.ts";
import { noRecords, readMachineRecords } from "../machines/machine-records.ts";
import { unlistedMachines } from "../machines/unlisted.ts";
import { exists } from "../../billing/charges.ts";

/** EC2 lists a machine for this long after its end. */
const listedAfterEndMs = 3_600_000;

export interface ObservedMachine extends MachineToJudge {
  /** Only for a machine that is in no ledger yet. */
  readonly intent: IntentRecord | null;
  /** False: EC2's list leaves it out, and only the ledger shows it. */
  readonly isListed: boolean;
}
export interface ReapObservation {
  readonly nowMs: number;
  readonly latched: boolean;
  readonly machines: readonly ObservedMachine[];
  readonly ledgers: readonly LedgerRecord[];
}

/** @throws StoreError, FleetError */
export async function observeMachines(
  latched: boolean,
  ports: FleetPorts,
  settings: StageConfig,
): Promise<ReapObservation> {
  const listed = await ports.fleet.list();
  const nowMs = ports.clock.nowMs();
  const days = daysToRead(listed, nowMs, settings);
  const ledgers = await Promise.all(days.map((day) => readLedger(ports.store, day)));
  const isListed = new Set(listed);
  const instances = [...listed, ...unlistedMachines(listed, ledgers)];
  const open = instances.filter(
    (instance) => exists(instance) || entryOf(ledgers, instance.instanceId)?.closed_at == null,
  );
  const { records, unreadable } = await readMachineRecords(ports.store, open);
  if (unreadable.length > 0)
    ports.log.error("records of machines cannot be read: another version wrote them", { unreadable });
  const machines = await Promise.all(
    open.map(async (instance) => {
      const entry = entryOf(ledgers, instance.instanceId);
      const isNew = entry === null && instance.intentId !== null;
      const intent = isNew ? await readIntent(ports.store, instance.intentId) : null;
      const own = records.get(instance.instanceId) ?? noRecords;
      const known = intent !== null || (entry?.intent_id ?? null) !== null;
      return { instance, ...own, intent, known, isListed: isListed.has(instance) };
    }),
  );
  return { nowMs, latched, machines, ledgers };
}

/** The recent days, and the days of the listed machines. */
function daysToRead(
  listed: readonly FleetInstance[],
  nowMs: number,
  settings: StageConfig,
): readonly string[] {
  const longestMs = settings.worker.max_lifetime_seconds * 1000 + listedAfterEndMs;
  return [...new Set([...recentDays(nowMs, longestMs), ...listed.map(ledgerDayOf)])];
}
