/** What a batch will cost and when it will be done, before anything is done for it. */
import type { ModelConfig, StageConfig } from "../config.ts";
import type { DecisionRecord, MeasuresRecord } from "../contract/fleet-records.ts";
import { decisionRecordSchema } from "../contract/fleet-records.ts";
import { fleetKeys } from "../contract/keys.ts";
import type { Speed } from "../contract/parameters.ts";
import type { Estimate } from "../contract/receipt.ts";
import type { ObjectStore } from "../ports.ts";
import { readRecord } from "../records/records.ts";
import { readMeasures } from "./measures.ts";
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
  const { low, high } = pricesOf(facts, settings);
  // A clip is not made faster than it plays by much, whatever the engine does beside it.
  const slowWork = Math.max(work * unfilled, asked.longestClipSeconds);
  const onDemand = settings.on_demand_price_usd;
  const highSeconds = slowWork + machines * (boot + settings.worker.idle_exit_seconds);
  return {
    usd: { low: costText(work, low), high: costText(highSeconds, high) },
    seconds: timesOf(asked, facts, { work, slowWork, boot, machines }, settings),
    on_demand_usd: costText(work, onDemand),
    basis: {
      machines,
      usd_per_hour: { low: usdText(microsOf(low)), high: usdText(microsOf(high)) },
      on_demand_usd_per_hour: usdText(microsOf(onDemand)),
      boot_seconds: boot,
      audio_seconds_per_second: rate,
      measured: facts.measured?.audio_seconds_per_second != null,
    },
  };
}

const costText = (seconds: number, usdPerHour: number): string =>
  usdText(microsOf((seconds * usdPerHour) / 3600));

/** As many as meet the deadline of an otherwise idle stage. */
function machinesFor({ clips, speed }: Asked, work: number, boot: number, settings: StageConfig): number {
  const time = Math.max(marginSeconds, settings.speeds[speed].target_seconds - boot - marginSeconds);
  const most = Math.max(1, Math.min(settings.limits.max_instances, clips));
  return Math.min(most, Math.max(1, Math.ceil(work / time)));
}

/** Of the zones that may be bought in now; the cap while no price is known. */
function pricesOf(
  { snapshot }: FleetFacts,
  settings: StageConfig,
): { readonly low: number; readonly high: number } {
  const cap = Math.min(settings.max_spot_price_usd, settings.on_demand_price_usd);
  const prices = (snapshot?.prices ?? [])
    .map(({ price_usd_per_hour: text }) => Number(text))
    .filter((price) => price <= cap);
  return prices.length === 0
    ? { low: cap, high: cap }
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
