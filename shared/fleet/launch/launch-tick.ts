/** One run of the launcher. It is safe to repeat, to overlap and to cut off. */
import type { DecisionRecord } from "../../contract/records/fleet-records.ts";
import { decisionRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { readRecord } from "../../records/records.ts";
import { act } from "./act.ts";
import type { LaunchReport } from "./ask-for-launch.ts";
import type { StageConfig } from "../../config.ts";
import { decide } from "./decide/decide.ts";
import type { Observation } from "./decide/observation.ts";
import { measuredOf } from "./measured.ts";
import { decisionRecord } from "./decision-record.ts";
import type { LaunchPorts, LaunchTickPorts, Stage } from "../machines/fleet-ports.ts";
import { observe } from "./observe.ts";
import { tellOfBudgets } from "./told.ts";
import type { Reason } from "./decide/plan.ts";

/**
 * How often one tick may observe and decide. It does so again when another tick took its turn, and when EC2 gave too
 * few machines: it may be time for a rescue. With several machine types each turn asks the pools that are nearly equal
 * bargains, and the next one those that are left. What is still missing then is left to the next tick.
 */
const mostTurns = ({ instance_types: types, zones }: StageConfig): number =>
  types.length === 1 ? 3 : types.length * zones.length + 2;
/** The function runs for 60 s at most (serverless.yml), and one more round may take 20 s. */
const turnsWithinMs = 20_000;
/** An unchanged snapshot is written again after this time, to show that the launcher still runs. */
const snapshotAgeMs = 600_000;

/** @throws StoreError, FleetError: Lambda must see that the tick failed, so that the alarm counts it */
export async function launchTick(ports: LaunchTickPorts, stage: Stage): Promise<DecisionRecord> {
  const beganMs = ports.clock.nowMs();
  for (let turn = 1; ; turn += 1) {
    const observation = await observe(ports, stage);
    const plan = decide(observation, stage.settings);
    const result = await act(plan, observation, ports, stage);
    const mayTurn = turn < mostTurns(stage.settings) && ports.clock.nowMs() - beganMs < turnsWithinMs;
    const isOvertaken = result.kind === "overtaken";
    // What EC2 answered is told also by a turn that is followed by another.
    if (isOvertaken && mayTurn && result.reports.length === 0) continue;
    const record = decisionRecord(observation, plan, result.reports);
    await keepRecord(record, ports);
    noteMeasured(observation, ports);
    await tellOfBudgets(record, ports);
    const mayBeHadElsewhere = stage.settings.rescue !== undefined || stage.settings.instance_types.length > 1;
    const isShort = mayBeHadElsewhere && result.reports.some(cameShort);
    if (!mayTurn || !(isOvertaken || isShort)) return record;
  }
}

/** Metrics of the stage are made of this line (`serverless/resources/watch.ts`). */
function noteMeasured(observation: Observation, { log }: LaunchPorts): void {
  const measured = measuredOf(observation);
  if (measured !== null) log.info("measured", measured);
}

/** EC2 answered with too few machines. The pools that it was asked for are cooling now. */
const cameShort = ({ kind, asked, launched }: LaunchReport): boolean =>
  (kind === "answered" || kind === "refused") && launched.length < asked;

/** What a tick would do now, with live data. Nothing is written and nothing is launched. */
export async function dryRun(ports: LaunchPorts, stage: Stage): Promise<DecisionRecord> {
  const observation = await observe(ports, stage);
  return decisionRecord(observation, decide(observation, stage.settings), []);
}

/**
 * Stores the decision as the snapshot. It is also kept under its own key, unless it launched nothing and says nothing
 * new.
 */
async function keepRecord(record: DecisionRecord, ports: LaunchPorts): Promise<void> {
  const last = (await readRecord(ports.store, fleetKeys.snapshot, decisionRecordSchema))?.value;
  const atMs = Date.parse(record.at);
  shoutHolds(record, last, ports);
  if (last === undefined || hasLaunched(record) || gist(last) !== gist(record)) {
    const nonce = ports.random.ulid(atMs).slice(-8);
    await ports.store.put(fleetKeys.decision(atMs, nonce), JSON.stringify(record));
  }
  const isStale = last === undefined || atMs - Date.parse(last.at) > snapshotAgeMs;
  if (isStale || timeless(last) !== timeless(record)) {
    await ports.store.put(fleetKeys.snapshot, JSON.stringify(record));
  }
}

/**
 * Logs an error once, when a hold begins. An alarm of the stage matches this exact message
 * (`serverless/resources/cloud-only.yml`).
 */
function shoutHolds(record: DecisionRecord, last: DecisionRecord | undefined, { log }: LaunchPorts): void {
  const held = (decision: DecisionRecord | undefined, model: string): Reason | undefined =>
    decision?.models
      .find((one) => one.model === model)
      ?.reasons.find(({ reason }) => reason === "no_messages");
  for (const { model } of record.models) {
    const hold = held(record, model);
    if (hold !== undefined && held(last, model) === undefined)
      log.error("launches are paused", { model, ...hold });
  }
}

const hasLaunched = ({ models }: DecisionRecord): boolean => models.some(({ launched }) => launched > 0);

const timeless = (record: DecisionRecord): string => JSON.stringify({ ...record, at: null });

/** The part of a decision that must change for it to be kept: what was chosen. The numbers change with every clip. */
const gist = ({ models, drained }: DecisionRecord): string =>
  JSON.stringify([
    drained,
    ...models.map(({ model, have, want, launch, launched, reasons }) => [
      model,
      have,
      want,
      launch,
      launched,
      reasons.map(({ reason }) => reason),
    ]),
  ]);
