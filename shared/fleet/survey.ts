/** What the reaper looks at: every machine that EC2 lists and whose account is not closed yet. */
import type { StageConfig } from "../config.ts";
import type { IntentRecord, LedgerRecord } from "../contract/fleet-records.ts";
import type { FleetInstance } from "../ports.ts";
import { dayOf } from "./bill.ts";
import type { FleetPorts } from "./fleet-ports.ts";
import { readIntent } from "./intents.ts";
import type { Judged } from "./judge.ts";
import { entryOf, ledgerDayOf, readLedger } from "./ledger.ts";
import { exists } from "./machine.ts";
import { noSigns, readSigns } from "./signs.ts";

const dayMs = 86_400_000;
/** EC2 still tells of a machine for so long after its end. */
const listedAfterEndMs = 3_600_000;

export interface Surveyed extends Judged {
  /** Of a machine that is in no ledger yet. */
  readonly intent: IntentRecord | null;
}
export interface Survey {
  readonly nowMs: number;
  readonly latched: boolean;
  readonly machines: readonly Surveyed[];
  readonly ledgers: readonly LedgerRecord[];
}

/** @throws StoreError, FleetError */
export async function survey(latched: boolean, ports: FleetPorts, settings: StageConfig): Promise<Survey> {
  const instances = await ports.fleet.list();
  const nowMs = ports.clock.nowMs();
  const days = daysToRead(instances, nowMs, settings);
  const ledgers = await Promise.all(days.map((day) => readLedger(ports.store, day)));
  const open = instances.filter(
    (instance) => exists(instance) || entryOf(ledgers, instance.instanceId)?.closed_at == null,
  );
  const signs = await readSigns(ports.store, open);
  const machines = await Promise.all(
    open.map(async (instance) => {
      const entry = entryOf(ledgers, instance.instanceId);
      const isNew = entry === null && instance.intentId !== null;
      const intent = isNew ? await readIntent(ports.store, instance.intentId) : null;
      const own = signs.get(instance.instanceId) ?? noSigns;
      return { instance, ...own, intent, known: intent !== null || (entry?.intent_id ?? null) !== null };
    }),
  );
  return { nowMs, latched, machines, ledgers };
}

/** Today, the days of the listed machines, and yesterday while its machines may still run. */
function daysToRead(
  instances: readonly FleetInstance[],
  nowMs: number,
  settings: StageConfig,
): readonly string[] {
  const longestMs = settings.worker.max_lifetime_seconds * 1000 + listedAfterEndMs;
  const possible = [dayOf(nowMs), dayOf(nowMs - Math.min(longestMs, dayMs)), ...instances.map(ledgerDayOf)];
  return [...new Set(possible)];
}
