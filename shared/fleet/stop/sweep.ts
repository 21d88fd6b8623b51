/** One pass of stop-all: list by tag, terminate, read back. If one step fails, the next is still tried. */
import type { StageConfig } from "../../config.ts";
import type { StopRecord } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import { counted } from "../../contract/sentences.ts";
import { cutText } from "../../contract/text.ts";
import { type FleetInstance, StoreError } from "../../ports.ts";
import { RecordError } from "../../records/records.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import { comingLaunches, readIntent } from "../launch/intents.ts";
import { volumeUsdPerHour } from "../../billing/bill.ts";
import {
  entryOf,
  ledgerDayOf,
  readLedger,
  recentDays,
  type LedgerEntry,
} from "../../billing/ledger/ledger.ts";
import { readPoolsRecord } from "../pools/pools-record.ts";
import { readBeating, unlistedMachines } from "../machines/unlisted.ts";
import { charges, exists } from "../../billing/charges.ts";
import { allInUsdPerHour, extrasOf, typeNamed, unpricedUsdPerHour } from "../../billing/prices.ts";

/** Each machine may fail with a text of EC2's own, so a step's text is cut to this length. */
const longestDetail = 500;

export type StopStep = StopRecord["steps"][number];
export interface Sweep {
  readonly steps: readonly StopStep[];
  readonly terminated: readonly InstanceId[];
  /** Machines that EC2 still lists in any state but `terminated`; null when EC2 could not be asked. */
  readonly left: number | null;
  /** USD an hour of the machines left; null when not known. */
  readonly costPerHourUsd: number | null;
  /** EC2 shows no machine left, and no launch is on its way. */
  readonly verified: boolean;
}

/** A step of the record, and its result; null when it failed. */
export interface Tried<T> {
  readonly step: StopStep;
  readonly value: T | null;
}

/** @param over aborted: begin nothing more, the caller has its answer */
export async function sweep(ports: FleetPorts, settings: StageConfig, over?: AbortSignal): Promise<Sweep> {
  const steps: StopStep[] = [];
  const attempt = async <T>(
    step: StopStep["step"],
    act: () => Promise<{ readonly value: T; readonly ok: boolean; readonly detail: string }>,
  ): Promise<T | null> => {
    if (over?.aborted === true) return null;
    const done = await tryStep(step, act, ports);
    steps.push(done.step);
    return done.value;
  };
  const listed = await attempt("list", () => listFleet(ports, settings));
  const onTheirWay = await attempt("list", () => listLaunches(ports, listed ?? []));
  const there = (listed ?? []).filter(exists).map(({ instanceId }) => instanceId);
  const ids = [...new Set([...there, ...(onTheirWay?.ids ?? [])])];
  const terminated = ids.length === 0 ? [] : await attempt("terminate", () => terminateAll(ids, ports));
  const coming = onTheirWay === null ? null : onTheirWay.ids.length + onTheirWay.open;
  const found = await attempt("verify", () => readBack(coming, new Set(terminated), ports, settings));
  const left = found?.left ?? null;
  return {
    steps,
    terminated: terminated ?? [],
    left: left?.length ?? null,
    costPerHourUsd: left === null ? null : await hourlyCost(left, ports, settings),
    verified: found !== null && isZero(found, coming),
  };
}

/** A failure becomes a step of the record and a line in the log. */
export async function tryStep<T>(
  step: StopStep["step"],
  act: () => Promise<{ readonly value: T; readonly ok: boolean; readonly detail: string }>,
  { clock, log }: FleetPorts,
): Promise<Tried<T>> {
  const at = (): string => new Date(clock.nowMs()).toISOString();
  try {
    const { value, ok, detail } = await act();
    return { step: { at: at(), step, ok, detail: cutText(detail, longestDetail) }, value };
  } catch (error) {
    log.error("a step of stop-all failed; the reaper tries again each minute", { step, error });
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { step: { at: at(), step, ok: false, detail: cutText(detail, longestDetail) }, value: null };
  }
}

/**
 * The listed machines, and those that the list leaves out although they exist as far as is known: the proof must not
 * rest on an incomplete list.
 */
async function lookAt(ports: FleetPorts, settings: StageConfig) {
  const listed = await ports.fleet.list();
  return { listed, unlisted: await unlistedOf(listed, ports, settings) };
}

async function unlistedOf(listed: readonly FleetInstance[], ports: FleetPorts, settings: StageConfig) {
  const days = recentDays(ports.clock.nowMs(), settings.worker.max_lifetime_seconds * 1000);
  const ledgers = await Promise.all(days.map((day) => readLedger(ports.store, day)));
  const beating = await readBeating(ports, listed, ledgers, settings);
  return unlistedMachines(listed, ledgers, beating).filter(isThere);
}

/** What EC2 lists is ended also when the stage's records do not answer or cannot be read; only the proof needs both. */
async function listFleet(ports: FleetPorts, settings: StageConfig) {
  const listed = await ports.fleet.list();
  try {
    const value = [...listed, ...(await unlistedOf(listed, ports, settings))];
    return { value, ok: true, detail: inWords(value.filter(isThere), "there") };
  } catch (error) {
    const records = recordsFault(error);
    if (records === null) throw error;
    const detail = `${inWords(listed.filter(isThere), "there")}, as EC2 lists them; the stage's records ${records}`;
    return { value: listed, ok: false, detail };
  }
}

function recordsFault(error: unknown): string | null {
  if (error instanceof StoreError) return `did not answer: ${error.message}`;
  return error instanceof RecordError ? `cannot be read: ${error.message}` : null;
}

/** EC2 lists a machine for an hour after its end. */
const isThere = ({ state }: FleetInstance): boolean => state !== "terminated";

/** `no machine left`, `2 machines left: 1 running, 1 shutting-down`: used for the list and for the read back. */
function inWords(machines: readonly FleetInstance[], where: "there" | "left"): string {
  const states = [...Map.groupBy(machines, ({ state }) => state)].map(
    ([state, own]) => `${own.length} ${state}`,
  );
  if (machines.length === 0) return `no machine ${where}`;
  return `${counted(machines.length, "machine")} ${where}: ${states.join(", ")}`;
}

/**
 * Launches that EC2's list does not show yet. Machines that EC2 named are ended by id; a launch without an answer must
 * be answered first.
 */
async function listLaunches(ports: FleetPorts, listed: readonly FleetInstance[]) {
  const { intents } = await readPoolsRecord(ports.store);
  const seen = new Set(listed.map(({ instanceId }) => instanceId));
  const ids: InstanceId[] = [];
  let open = 0;
  for (const id of intents) {
    const intent = await readIntent(ports.store, id);
    const launches = intent === null ? [] : comingLaunches(intent, listed, ports.clock.nowMs());
    if (launches.length === 0) continue;
    if (launches.some((launch) => launch.open)) open += 1;
    ids.push(...(intent?.instances ?? []).map((one) => one.instance_id).filter((one) => !seen.has(one)));
  }
  const detail = `launched and not listed: ${ids.length}; launches without an answer: ${open}`;
  return { value: { ids, open }, ok: true, detail };
}

async function terminateAll(ids: readonly InstanceId[], { fleet }: FleetPorts) {
  const outcomes = await fleet.terminate(ids);
  const value = outcomes.filter(({ kind }) => kind === "terminating").map(({ instanceId }) => instanceId);
  const failed = outcomes.filter(({ kind }) => kind === "failed");
  const gone = outcomes.length - value.length - failed.length;
  const reasons = failed.map(({ instanceId, detail }) => `; ${instanceId}: ${detail}`).join("");
  const detail = `${value.length} ending, ${gone} not found, ${failed.length} failed${reasons}`;
  return { value, ok: failed.length === 0, detail };
}

/** @param coming machines and launches that the list does not show yet; null when not known */
async function readBack(
  coming: number | null,
  terminated: ReadonlySet<InstanceId>,
  ports: FleetPorts,
  settings: StageConfig,
) {
  const { listed, unlisted } = await lookAt(ports, settings);
  // A machine ended just now is merely not listed any more. Any other unlisted machine is taken to be running.
  const runs = unlisted.filter(({ instanceId }) => !terminated.has(instanceId));
  const value = { left: [...listed.filter(isThere), ...runs], unlisted: unlisted.length };
  const hidden = coming === null ? "an unknown number" : String(Math.max(coming, unlisted.length));
  const note = hidden === "0" ? "" : `, ${hidden} not listed yet`;
  return { value, ok: isZero(value, coming), detail: `${inWords(value.left, "left")}${note}` };
}

/** The proof: no machine is left, no launch is on its way, and the list leaves nothing out. */
const isZero = (
  { left, unlisted }: { readonly left: readonly FleetInstance[]; readonly unlisted: number },
  coming: number | null,
): boolean => left.length === 0 && unlisted === 0 && coming === 0;

async function hourlyCost(
  left: readonly FleetInstance[],
  ports: FleetPorts,
  settings: StageConfig,
): Promise<number | null> {
  const billed = left.filter(({ state }) => charges(state) !== "nothing");
  if (billed.length === 0) return 0;
  try {
    const days = [...new Set(billed.map(ledgerDayOf))];
    const ledgers = await Promise.all(days.map((day) => readLedger(ports.store, day)));
    const nowMs = ports.clock.nowMs();
    return billed
      .map((machine) => hourOf(machine, entryOf(ledgers, machine.instanceId), settings, nowMs))
      .reduce((total, usd) => total + usd, 0);
  } catch (error) {
    ports.log.warn("could not read the cost of the machines that are left", { error });
    return null;
  }
}

function hourOf(
  { state, market, instanceType }: FleetInstance,
  entry: LedgerEntry | null,
  settings: StageConfig,
  nowMs: number,
): number {
  const extras = entry?.extras ?? extrasOf(settings);
  if (charges(state) === "volume") return volumeUsdPerHour(extras, nowMs);
  const usdPerHour =
    entry?.prices.at(-1)?.usd_per_hour ?? unpricedUsdPerHour(market, typeNamed(instanceType, settings));
  return allInUsdPerHour(usdPerHour, extras, nowMs);
}
