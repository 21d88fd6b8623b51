/** One run of the reaper: it marks machines that should end, ends those marked earlier, and keeps the ledger. */
import type { MeasuresRecord, ReapReason, ReaperMarks } from "../../contract/records/fleet-records.ts";
import { reaperMarksSchema } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { FleetInstance, TerminateOutcome } from "../../ports.ts";
import { readRecord, updateRecord } from "../../records/records.ts";
import { learnFromConsoles, readConsole } from "./consoles.ts";
import type { FleetPorts, ReaperPorts, Stage } from "../machines/fleet-ports.ts";
import { reasonToEnd, verdict } from "./reasons-to-end.ts";
import { forgetEnded, keepLedgers } from "./keep-ledgers.ts";
import { latchIsClosed } from "../../interlock/latch.ts";
import { learnOfPools } from "./learn-of-pools.ts";
import { keepMeasures } from "../../billing/measures/measures.ts";
import { readPoolsRecord } from "../pools/pools-record.ts";
import { notForgiven, pauseOf } from "../launch/decide/reasons/start-limit.ts";
import { continueStop } from "../stop/stop.ts";
import type { ReapObservation } from "./observe.ts";
import { observeMachines } from "./observe.ts";
import { shoutOverruns } from "./overruns.ts";
import { exists } from "../../billing/charges.ts";
import { forgivenMs } from "../pools/breaker.ts";
import { noteFailedStart } from "../pools/failed-starts.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";
import { tellOfStop } from "./told.ts";

/** Enough for a stack trace, and small compared with the rest of the record. */
const consoleTailCharacters = 4000;

export interface ReapReport {
  /** When the tick began, by the store's time: the store's first answer has set the clock. */
  readonly beganMs: number;
  /** Machines that exist according to EC2's list. */
  readonly alive: readonly FleetInstance[];
  readonly reasons: ReadonlyMap<InstanceId, ReapReason>;
  readonly terminated: readonly TerminateOutcome[];
}

/** @throws StoreError, FleetError when something cannot be read: no machine is ended on incomplete data */
export async function reapTick(ports: ReaperPorts & TellPorts, stage: Stage): Promise<ReapReport> {
  const latched = await latchIsClosed(ports.store);
  const beganMs = ports.clock.nowMs();
  // First, so that no later failure keeps a stop from going on.
  const stop = latched ? await continueStop(ports, stage) : null;
  const seen = await observeMachines(latched, ports, stage.settings);
  shoutOverruns(seen, stop, ports.log, stage.settings);
  const reasons = reasonsToEnd(seen, stage);
  const terminated = await endWhatIsDue(reasons, ports);
  const kept = await keepLedgers(seen, endedNow(reasons, terminated), ports, stage.settings);
  await learnOfPools(seen, kept, ports, stage.settings);
  const ledgers = await learnFromConsoles(kept, ports);
  const measures = await keepMeasures(ledgers, ports);
  // After the measures are stored: until then the launcher reads of a machine that left in its heartbeat.
  await forgetEnded(seen, ledgers, ports.store);
  if (measures !== null) await watchStarts(measures, ports);
  if (stop !== null) await tellOfStop(stop, ports);
  const alive = seen.machines.map(({ instance }) => instance).filter(exists);
  return { beganMs, alive, reasons, terminated };
}

function reasonsToEnd(
  { machines, latched, nowMs }: ReapObservation,
  { settings }: Stage,
): Map<InstanceId, ReapReason> {
  const reasons = new Map<InstanceId, ReapReason>();
  for (const machine of machines) {
    const reason = reasonToEnd(machine, latched, nowMs, settings);
    if (reason !== null) reasons.set(machine.instance.instanceId, reason);
  }
  return reasons;
}

function endedNow(
  reasons: ReadonlyMap<InstanceId, ReapReason>,
  terminated: readonly TerminateOutcome[],
): ReadonlyMap<InstanceId, ReapReason> {
  const ended = new Set(
    terminated.filter(({ kind }) => kind === "terminating").map(({ instanceId }) => instanceId),
  );
  return new Map([...reasons].filter(([instanceId]) => ended.has(instanceId)));
}

async function endWhatIsDue(
  reasons: ReadonlyMap<InstanceId, ReapReason>,
  ports: FleetPorts,
): Promise<readonly TerminateOutcome[]> {
  const stored = await readRecord(ports.store, fleetKeys.reaperMarks, reaperMarksSchema);
  const earlier: ReaperMarks["marks"] = stored?.value.marks ?? {};
  const { marks, terminate } = verdict(reasons, earlier, ports.clock.nowMs());
  if (JSON.stringify(marks) !== JSON.stringify(earlier)) {
    await updateRecord(ports, fleetKeys.reaperMarks, reaperMarksSchema, () => ({
      v: 1,
      marks: { ...marks },
    }));
  }
  if (terminate.length === 0) return [];
  const outcomes = await ports.fleet.terminate(terminate);
  for (const { instanceId, kind, detail } of outcomes) {
    const fields = { instance: instanceId, reason: reasons.get(instanceId), detail };
    // A mark stays until the machine is gone. If ending it failed, or EC2 did not find it, the next tick tries again.
    if (kind === "terminating") ports.log.info("ended a machine", fields);
    else ports.log.warn(`could not end a machine (${kind}); the next tick tries again`, fields);
  }
  return outcomes;
}

/**
 * Machines that cannot start pause their model's launches. This logs the error that alerts an operator, and stores the
 * end of the machine's console.
 */
async function watchStarts({ models }: MeasuresRecord, ports: FleetPorts): Promise<void> {
  if (Object.values(models).every(({ failed }) => failed.length === 0)) return;
  const pools = await readPoolsRecord(ports.store);
  for (const [model, { failed }] of Object.entries(models)) {
    const pause = pauseOf(notForgiven(failed, forgivenMs(pools)));
    if (pause === null || pause.untilMs <= ports.clock.nowMs()) continue;
    const { instance_id } = pause.latest;
    if (pools.failed_starts[model]?.instance_id === instance_id) continue;
    const console = await readConsole(instance_id, ports);
    await noteFailedStart(ports, model, {
      until: new Date(pause.untilMs).toISOString(),
      detail: pause.detail,
      instance_id,
      console_tail: console?.slice(-consoleTailCharacters) ?? null,
    });
  }
}
