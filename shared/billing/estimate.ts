/** What a batch will cost and when it will be done, before anything is done for it. */
import type { ModelConfig, StageConfig } from "../config.ts";
import type { DecisionRecord, MeasuresRecord } from "../contract/records/fleet-records.ts";
import { decisionRecordSchema } from "../contract/records/fleet-records.ts";
import { fleetKeys } from "../contract/records/keys.ts";
import type { Speed } from "../contract/api/parameters.ts";
import type { Estimate } from "../contract/records/receipt.ts";
import type { ObjectStore } from "../ports.ts";
import { leastMs } from "./bill.ts";
import { readRecord } from "../records/records.ts";
import { readMeasures } from "./measures/measures.ts";
import { microsOf, usdText } from "./money.ts";

/** What is asked for. */
export interface Asked {
  readonly model: ModelConfig;
  readonly speed: Speed;
  readonly clips: number;
  readonly audioSeconds: number;
  readonly longestClipSeconds: number;
}
/** What is known of the fleet. */
export interface FleetFacts {
  readonly measured:
    Pick<MeasuresRecord["models"][string], "boot_seconds" | "audio_seconds_per_second"> | undefined;
  /** The launcher's last look; null before the first. */
  readonly snapshot: DecisionRecord | null;
}

/** Engines that are not filled, and work that the last machine is alone with, take so much longer. */
const unfilled = 1.25;
/** Boots differ, and until EC2 calls a machine running it charges for nothing but the volume. */
const quickBoot = 0.6;
const slowBoot = 1.25;
const leastSeconds = leastMs / 1000;
/** Spot has hardly ever been cheaper beside on demand. */
const cheapestShare = 0.2;
/** Kept before the deadline, and the least time in which machines are of any use. */
const marginSeconds = 60;

export async function readFacts(store: ObjectStore, model: string): Promise<FleetFacts> {
  const [measures, snapshot] = await Promise.all([
    readMeasures(store),
    readRecord(store, fleetKeys.snapshot, decisionRecordSchema),
  ]);
  return { measured: measures.models[model], snapshot: snapshot?.value ?? null };
}

/** Pure. */
export function estimateOf(asked: Asked, facts: FleetFacts, settings: StageConfig): Estimate {
  const rate = facts.measured?.audio_seconds_per_second ?? asked.model.audio_seconds_per_gpu_second;
  const boot = facts.measured?.boot_seconds ?? settings.worker.boot_seconds;
  const work = asked.audioSeconds / rate;
  const machines = machinesFor(asked, work, boot, settings);
  // A clip is not made faster than it plays by much, whatever the engine does beside it.
  const slowWork = Math.max(work * unfilled, asked.longestClipSeconds);
  const sizes = { work, slowWork, boot, machines };
  const { low, high } = pricesOf(facts, settings);
  const onDemand = settings.on_demand_price_usd;
  const seconds = machineSeconds(sizes, mayShareBoots(asked, facts), settings);
  const costText = (time: number, usdPerHour: number): string =>
    usdText(microsOf((time * (usdPerHour + volumeUsd(settings) + settings.public_ipv4_usd_per_hour)) / 3600));
  return {
    usd: { low: costText(seconds.low, low), high: costText(seconds.high, high) },
    seconds: timesOf(asked, facts, sizes, settings),
    on_demand_usd: costText(seconds.low, onDemand),
    basis: {
      machines,
      usd_per_hour: { low: usdText(microsOf(low)), high: usdText(microsOf(high)) },
      on_demand_usd_per_hour: usdText(microsOf(onDemand)),
      volume_usd_per_hour: usdText(microsOf(volumeUsd(settings))),
      address_usd_per_hour: usdText(microsOf(settings.public_ipv4_usd_per_hour)),
      least_seconds: leastSeconds,
      boot_seconds: boot,
      audio_seconds_per_second: rate,
      measured: facts.measured?.audio_seconds_per_second != null,
    },
  };
}

/** An hour of a volume, in a month of the usual length. */
const volumeUsd = ({ volume }: StageConfig): number => (volume.size_gb * volume.usd_per_gb_month) / 730;

/** Boots are shared with the work of others that is there, or that comes while this waits for its deadline. */
function mayShareBoots({ model, speed }: Asked, { snapshot }: FleetFacts): boolean {
  const plan = snapshot?.models.find((one) => one.model === model.id);
  return speed !== "fast" || (plan !== undefined && plan.have + plan.work_seconds > 0);
}

/** What is charged for: at best no boot, or a quick one; at worst slow boots, and engines that are not filled. */
function machineSeconds(
  { work, slowWork, boot, machines }: Sizes,
  sharesBoots: boolean,
  { worker }: StageConfig,
): { readonly low: number; readonly high: number } {
  const low = sharesBoots ? work : Math.max(leastSeconds, boot * quickBoot + work);
  const each = boot * slowBoot + worker.idle_exit_seconds;
  return { low, high: Math.max(machines * leastSeconds, slowWork + machines * each) };
}

/** As many as meet the deadline of an otherwise idle stage. */
function machinesFor({ clips, speed }: Asked, work: number, boot: number, settings: StageConfig): number {
  const time = Math.max(marginSeconds, settings.speeds[speed].target_seconds - boot - marginSeconds);
  const most = Math.max(1, Math.min(settings.limits.max_instances, clips));
  return Math.min(most, Math.max(1, Math.ceil(work / time)));
}

/** Of the zones that may be bought in now; while no price is known, anything from a fifth of on demand to the cap. */
function pricesOf(
  { snapshot }: FleetFacts,
  settings: StageConfig,
): { readonly low: number; readonly high: number } {
  const cap = Math.min(settings.max_spot_price_usd, settings.on_demand_price_usd);
  const prices = (snapshot?.prices ?? [])
    .map(({ price_usd_per_hour: text }) => Number(text))
    .filter((price) => price <= cap);
  return prices.length === 0
    ? { low: Math.min(cap, settings.on_demand_price_usd * cheapestShare), high: cap }
    : { low: Math.min(...prices), high: Math.max(...prices) };
}

interface Sizes {
  readonly work: number;
  readonly slowWork: number;
  readonly boot: number;
  readonly machines: number;
}

/** At best it has what is there for itself; at worst it comes after all that waits, and as late as its speed allows. */
function timesOf(
  { model, speed, longestClipSeconds }: Asked,
  { snapshot }: FleetFacts,
  { work, slowWork, boot, machines }: Sizes,
  settings: StageConfig,
): Estimate["seconds"] {
  const plan = snapshot?.models.find((one) => one.model === model.id);
  const have = plan?.have ?? 0;
  const low = (have > 0 ? 0 : boot) + Math.max(work / Math.max(have, machines), longestClipSeconds);
  const most = Math.max(1, settings.limits.max_instances);
  const all =
    boot * unfilled + ((plan?.work_seconds ?? 0) + slowWork) / Math.min(most, Math.max(machines, have));
  const high = Math.max(settings.speeds[speed].target_seconds, all + marginSeconds, low);
  return { low: Math.round(low), high: Math.round(high) };
}
