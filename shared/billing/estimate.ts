/** What a batch will cost and when it will be done, estimated before any work on it. */
import type { MachineType, ModelConfig, StageConfig } from "../config.ts";
import { firstItems } from "../contract/tiers.ts";
import type { DecisionRecord, MeasuresRecord } from "../contract/records/fleet-records.ts";
import { decisionRecordSchema } from "../contract/records/fleet-records.ts";
import { fleetKeys } from "../contract/records/keys.ts";
import type { Priority, Speed } from "../contract/api/parameters.ts";
import type { Estimate } from "../contract/records/receipt.ts";
import type { ObjectStore } from "../ports.ts";
import { leastMs } from "./bill.ts";
import { readRecord } from "../records/records.ts";
import { readMeasures } from "./measures/measures.ts";
import { bootsOfType, paceOfType, writtenPace } from "./measures/type-measures.ts";
import { microsOf, usdText } from "./money.ts";
import { priceCap } from "./prices.ts";

/** What the client asks for. */
export interface Asked {
  readonly model: ModelConfig;
  readonly speed: Speed;
  readonly priority: Priority;
  readonly clips: number;
  readonly audioSeconds: number;
  readonly longestClipSeconds: number;
}
/** What is known of the fleet. */
export interface FleetFacts {
  readonly measured: MeasuresRecord["models"][string] | undefined;
  /** The launcher's last decision; null before the first. */
  readonly snapshot: DecisionRecord | null;
}

/** Work takes this much longer when engines are not full, or when the last machine works alone. */
const unfilled = 1.25;
/** Boot times vary. And until EC2 shows a machine as running, it charges only for the volume. */
const quickBoot = 0.6;
const slowBoot = 1.25;
const leastSeconds = leastMs / 1000;
/** The lowest spot price to expect, as a share of the price on demand. */
const cheapestShare = 0.2;
/** Kept free before the deadline. It is also the shortest time in which machines are of use. */
const marginSeconds = 60;

export async function readFacts(store: ObjectStore, model: string): Promise<FleetFacts> {
  const [measures, snapshot] = await Promise.all([
    readMeasures(store),
    readRecord(store, fleetKeys.snapshot, decisionRecordSchema),
  ]);
  return { measured: measures.models[model], snapshot: snapshot?.value ?? null };
}

/** For the machine type that would cost least; the upper end of the costs is the dearest type's. Pure. */
export function estimateOf(asked: Asked, facts: FleetFacts, settings: StageConfig): Estimate {
  const all = settings.instance_types.map((type) => estimateOn(type, asked, facts, settings));
  const best = all.reduce((a, b) => (Number(b.usd.high) < Number(a.usd.high) ? b : a));
  const dearest = all.reduce((a, b) => (Number(b.usd.high) > Number(a.usd.high) ? b : a));
  return { ...best, usd: { ...best.usd, high: dearest.usd.high } };
}

function estimateOn(type: MachineType, asked: Asked, facts: FleetFacts, settings: StageConfig): Estimate {
  const { id } = asked.model;
  const pace = paceOfType(id, type.type, writtenPace(facts.measured, settings), settings);
  const rate = pace.audioSecondsPerSecond;
  const boot = bootsOfType(facts.measured, type.type).boot_seconds ?? settings.worker.boot_seconds;
  const work = asked.audioSeconds / rate;
  const machines = machinesFor(asked, work, boot, settings);
  // A single clip is made about as fast as it plays, at best, whatever else the engine does.
  const slowWork = Math.max(work * unfilled, asked.longestClipSeconds);
  const sizes = { work, slowWork, boot, machines };
  const { low, high } = pricesOf(type, facts, settings);
  const onDemand = type.on_demand_price_usd;
  const seconds = machineSeconds(sizes, mayShareBoots(asked, facts), settings);
  const costText = (time: number, usdPerHour: number): string =>
    usdText(microsOf((time * (usdPerHour + volumeUsd(settings) + settings.public_ipv4_usd_per_hour)) / 3600));
  return {
    usd: { low: costText(seconds.low, low), high: costText(seconds.high, high) },
    seconds: timesOf(asked, facts, sizes, settings),
    on_demand_usd: costText(seconds.low, onDemand),
    basis: {
      instance_type: type.type,
      machines,
      usd_per_hour: { low: usdText(microsOf(low)), high: usdText(microsOf(high)) },
      on_demand_usd_per_hour: usdText(microsOf(onDemand)),
      volume_usd_per_hour: usdText(microsOf(volumeUsd(settings))),
      address_usd_per_hour: usdText(microsOf(settings.public_ipv4_usd_per_hour)),
      least_seconds: leastSeconds,
      boot_seconds: boot,
      audio_seconds_per_second: rate,
      measured: pace.basis === "measured",
    },
  };
}

/** USD for an hour of a volume, in a month of average length. */
const volumeUsd = ({ volume }: StageConfig): number => (volume.size_gb * volume.usd_per_gb_month) / 730;

/**
 * A boot can be shared with other work: with work that is open now, or with work that arrives while this batch waits
 * for its deadline.
 */
function mayShareBoots({ model, speed }: Asked, { snapshot }: FleetFacts): boolean {
  const plan = snapshot?.models.find((one) => one.model === model.id);
  return speed !== "fast" || (plan !== undefined && plan.have + plan.work_seconds > 0);
}

/**
 * The machine time that is charged. At best there is no boot, or a quick one; at worst boots are slow and engines are
 * not full.
 */
function machineSeconds(
  { work, slowWork, boot, machines }: Sizes,
  sharesBoots: boolean,
  { worker }: StageConfig,
): { readonly low: number; readonly high: number } {
  const low = sharesBoots ? work : Math.max(leastSeconds, boot * quickBoot + work);
  const each = boot * slowBoot + worker.idle_exit_seconds;
  return { low, high: Math.max(machines * leastSeconds, slowWork + machines * each) };
}

/** As many machines as meet the deadline when the stage has no other work. */
function machinesFor({ clips, speed }: Asked, work: number, boot: number, settings: StageConfig): number {
  const time = Math.max(marginSeconds, settings.speeds[speed].target_seconds - boot - marginSeconds);
  const most = Math.max(1, Math.min(settings.limits.max_instances, clips));
  return Math.min(most, Math.max(1, Math.ceil(work / time)));
}

/**
 * Prices in the zones at or below the cap. While no price is known: from a fifth of the price on demand up to the cap.
 */
function pricesOf(
  type: MachineType,
  { snapshot }: FleetFacts,
  { instance_types: [first] }: StageConfig,
): { readonly low: number; readonly high: number } {
  const cap = priceCap(type);
  const prices = (snapshot?.prices ?? [])
    .filter(({ instance_type }) => (instance_type ?? first.type) === type.type)
    .map(({ price_usd_per_hour: text }) => Number(text))
    .filter((price) => price <= cap);
  return prices.length === 0
    ? { low: Math.min(cap, type.on_demand_price_usd * cheapestShare), high: cap }
    : { low: Math.min(...prices), high: Math.max(...prices) };
}

interface Sizes {
  readonly work: number;
  readonly slowWork: number;
  readonly boot: number;
  readonly machines: number;
}

/** Other batches' work is not ahead of it (docs/decisions/0046). */
const beginsAtOnce = ({ clips, priority }: Asked): boolean => clips <= firstItems && priority !== "low";

/**
 * At best the batch has all existing machines for itself. At worst it comes after all waiting work, unless it begins at
 * once, and as late as its speed allows.
 */
function timesOf(
  asked: Asked,
  { snapshot }: FleetFacts,
  { work, slowWork, boot, machines }: Sizes,
  settings: StageConfig,
): Estimate["seconds"] {
  const { model, speed, longestClipSeconds } = asked;
  const plan = snapshot?.models.find((one) => one.model === model.id);
  const have = plan?.have ?? 0;
  const low = (have > 0 ? 0 : boot) + Math.max(work / Math.max(have, machines), longestClipSeconds);
  const most = Math.max(1, settings.limits.max_instances);
  const ahead = beginsAtOnce(asked) ? 0 : (plan?.work_seconds ?? 0);
  const all = boot * unfilled + (ahead + slowWork) / Math.min(most, Math.max(machines, have));
  const high = Math.max(settings.speeds[speed].target_seconds, all + marginSeconds, low);
  return { low: Math.round(low), high: Math.round(high) };
}
