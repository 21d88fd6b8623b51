/** One run of the launcher. Safe to repeat, to overlap and to cut off. */
import type { DecisionRecord } from "../../contract/records/fleet-records.ts";
import { decisionRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { readRecord } from "../../records/records.ts";
import { act } from "./act.ts";
import type { LaunchReport } from "./ask-for-launch.ts";
import { decide } from "./decide/decide.ts";
import { decisionRecord } from "./decision-record.ts";
import type { LaunchPorts, Stage } from "../machines/fleet-ports.ts";
import { observe } from "./observe.ts";
import type { Reason } from "./decide/plan.ts";

/**
 * A tick that lost its turn looks again, and one that EC2 gave too little: it may be time for a rescue. What is
 * still open after so many looks is left to the next tick.
 */
const maxTurns = 3;
/** The function lives for 60 s (serverless.yml), and a look may take 20 s of them. */
const turnsWithinMs = 20_000;
/** An unchanged snapshot is written again after so long, to show that somebody looks. */
const snapshotAgeMs = 600_000;

/** @throws StoreError, FleetError: the schedule must see that a tick failed. */
export async function launchTick(ports: LaunchPorts, stage: Stage): Promise<DecisionRecord> {
  const beganMs = ports.clock.nowMs();
  for (let turn = 1; ; turn += 1) {
    const observation = await observe(ports, stage);
    const plan = decide(observation, stage.settings);
    const result = await act(plan, observation, ports, stage);
    const mayTurn = turn < maxTurns && ports.clock.nowMs() - beganMs < turnsWithinMs;
    if (result.kind === "overtaken" && mayTurn) continue;
    const record = decisionRecord(observation, plan, result.reports);
    await keepRecord(record, ports);
    const mayBeRescued = stage.settings.rescue !== undefined && result.reports.some(cameShort);
    if (!mayBeRescued || !mayTurn) return record;
  }
}

/** EC2 answered, and had too few machines: the pools that it was asked for are cooling now. */
const cameShort = ({ kind, asked, launched }: LaunchReport): boolean =>
  (kind === "answered" || kind === "refused") && launched.length < asked;

/** What a tick would do now, on live reads. Nothing is written or launched. */
export async function dryRun(ports: LaunchPorts, stage: Stage): Promise<DecisionRecord> {
  const observation = await observe(ports, stage);
  return decisionRecord(observation, decide(observation, stage.settings), []);
}

/** The snapshot is the last decision; a decision that launched nothing and says nothing new is not kept beside it. */
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

/** Once as a hold begins: an alarm of the stage listens for this very line of the log (`serverless/resources/cloud-only.yml`). */
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

/** The part of a decision that is worth keeping for good: its numbers move with every clip, its choice does not. */
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
