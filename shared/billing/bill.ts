/**
 * What AWS charges for a machine: its hours, its root volume and its public address. Each is charged by the second, for
 * sixty seconds at least.
 * - The machine and the address are charged from `running` until the machine shuts down. Each hour of a spot machine,
 *   counted from its start, costs the price that was in force in its zone when that hour began. If EC2 takes the
 *   machine back within its first hour, its hours are free; volume and address are charged all the same.
 * - The volume is charged from the launch, which creates it, until the machine is `terminated`, which deletes it.
 * @see EC2 user guide, "Instance lifecycle" (what is billed in which state)
 * @see EC2 user guide, "Billing for interrupted Spot Instances"
 * @see Amazon EBS pricing (a GB-month by the seconds of that month), Amazon VPC pricing (public IPv4 addresses)
 */
import type { Extras, LedgerRecord } from "../contract/records/fleet-records.ts";
import { freeWithinMs } from "./charges.ts";
import { microsOf } from "./money.ts";

type Entry = LedgerRecord["instances"][string];

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** The minimum time that is charged for each of the three. */
export const leastMs = 60_000;

export const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** How long its engine made clips. */
export const workSeconds = ({ gpu_seconds_by_batch: byBatch }: Pick<Entry, "gpu_seconds_by_batch">): number =>
  Object.values(byBatch).reduce((sum, seconds) => sum + seconds, 0);

/** How long a machine has run: until it ended, or until now. */
export function ranSeconds(entry: Entry, nowMs: number): number {
  const endMs = entry.ended_at === null ? nowMs : Date.parse(entry.ended_at);
  return entry.running_at === null ? 0 : Math.max(0, endMs - Date.parse(entry.running_at)) / 1000;
}

/** The time that its hours are charged for: a minute at least, or nothing if they are free. */
export function billedSeconds(entry: Entry, nowMs: number): number {
  if (entry.running_at === null || isFree(entry, nowMs)) return 0;
  return Math.max(leastMs / 1000, ranSeconds(entry, nowMs));
}

/** In USD. */
export interface Costs {
  readonly machine: number;
  readonly volume: number;
  readonly address: number;
}
const noCosts: Costs = { machine: 0, volume: 0, address: 0 };
export const sumOfCosts = ({ machine, volume, address }: Costs): number => machine + volume + address;

/** What a machine has cost so far, in whole micro-dollars. */
export const billMicros = (entry: Entry, nowMs: number): number => microsOf(billUsd(entry, nowMs));

export const billUsd = (entry: Entry, nowMs: number): number =>
  Object.values(costsByDay(entry, nowMs)).reduce((total, costs) => total + sumOfCosts(costs), 0);

/** What a machine has cost so far, by the day (UTC) of the costs. */
export function costsByDay(entry: Entry, nowMs: number): Readonly<Record<string, Costs>> {
  const days: Record<string, Costs> = {};
  for (const [kind, spans] of Object.entries(spansOf(entry, nowMs)))
    for (const { fromMs, toMs, usdPerHour } of spans) {
      const day = dayOf(fromMs);
      const costs = days[day] ?? noCosts;
      const usd = ((toMs - fromMs) / hourMs) * usdPerHour;
      days[day] = { ...costs, [kind]: costs[kind as keyof Costs] + usd };
    }
  return days;
}

/** USD for an hour of a volume, in the month (UTC) of that time. */
export function volumeUsdPerHour(extras: Extras, timeMs: number): number {
  const time = new Date(timeMs);
  const days = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 0)).getUTCDate();
  return (extras.volume_gb * extras.volume_usd_per_gb_month) / (days * 24);
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly usdPerHour: number;
}

function spansOf(entry: Entry, nowMs: number): Readonly<Record<keyof Costs, readonly Span[]>> {
  const { extras, launched_at, running_at, terminated_at } = entry;
  const goneMs = terminated_at === null ? nowMs : Date.parse(terminated_at);
  const volume = charged(Date.parse(launched_at), goneMs, (timeMs) => volumeUsdPerHour(extras, timeMs));
  if (running_at === null) return { machine: [], volume, address: [] };
  const startMs = Date.parse(running_at);
  const endMs = startMs + ranSeconds(entry, nowMs) * 1000;
  return {
    machine: isFree(entry, nowMs) ? [] : charged(startMs, endMs, (_, hour) => priceAt(entry, hour)),
    volume,
    address: charged(startMs, endMs, () => extras.address_usd_per_hour),
  };
}

/**
 * The spans of time that are charged, cut at midnight and at each full hour since the start.
 * @param usdPerHour the price at `timeMs`, in the hour that began at `hourStartMs`
 */
function charged(
  startMs: number,
  endMs: number,
  usdPerHour: (timeMs: number, hourStartMs: number) => number,
): readonly Span[] {
  const lastMs = Math.max(endMs, startMs + leastMs);
  const found: Span[] = [];
  for (let fromMs = startMs; fromMs < lastMs;) {
    const hourStartMs = startMs + Math.floor((fromMs - startMs) / hourMs) * hourMs;
    const midnightMs = (Math.floor(fromMs / dayMs) + 1) * dayMs;
    const toMs = Math.min(lastMs, hourStartMs + hourMs, midnightMs);
    found.push({ fromMs, toMs, usdPerHour: usdPerHour(fromMs, hourStartMs) });
    fromMs = toMs;
  }
  return found;
}

/** Until EC2 has said who ended the machine, the reason in the ledger decides. */
function isFree(entry: Entry, nowMs: number): boolean {
  const takenBack = entry.taken_back ?? entry.end_reason === "interruption";
  const isSpot = entry.market === "spot";
  return isSpot && entry.ended_at !== null && takenBack && ranSeconds(entry, nowMs) * 1000 < freeWithinMs;
}

/** The price of the hour that the machine is in. */
export function priceNow(entry: Entry, nowMs: number): number {
  const startMs = Date.parse(entry.running_at ?? entry.launched_at);
  return priceAt(entry, startMs + Math.floor(Math.max(0, nowMs - startMs) / hourMs) * hourMs);
}

/** The latest price in force at that time; before the first known price, the first one. */
const priceAt = ({ prices }: Entry, timeMs: number): number =>
  (prices.findLast(({ since }) => Date.parse(since) <= timeMs) ?? prices[0]).usd_per_hour;

/**
 * The entry with the most that the machine may cost by what is known. If EC2 has not said that it took the machine back,
 * the machine is charged for. If nobody saw it run, it has run since its launch. If nobody told when it began to run, its
 * first hour costs the most that it may.
 */
export const atMost = (entry: Entry): Entry => ({
  ...entry,
  prices: pricesAtMost(entry),
  running_at: runningAtMost(entry),
  taken_back: entry.taken_back ?? false,
});

/** Since when a machine has run, as far as that is known; null: it has never run. */
export const runningAtMost = (entry: Entry): string | null =>
  entry.running_at ?? (neverRan(entry) ? null : entry.launched_at);

/** The reaper looks at each machine every minute, and one of its looks may fail. */
const longestUnseenMs = 120_000;

/**
 * Its end was told, and its start was not: it ended while it was `pending`, within seconds as a rule. But an event may
 * be lost. So it counts as one that ran if nobody had looked at it for minutes before its end.
 */
const neverRan = ({ ended_at, end_is_told, seen_at, launched_at }: Entry): boolean =>
  ended_at !== null &&
  end_is_told &&
  Date.parse(ended_at) - Date.parse(seen_at ?? launched_at) <= longestUnseenMs;

/** EC2 shows a machine as `running` within seconds after its launch, as a rule. */
const longestPendingMs = 120_000;

/**
 * The first hour costs what is in force when the machine begins to run. Without EC2's event that is not known, and
 * `running_at` is the launch's time. Then the highest price counts that was in force while it may have begun.
 */
function pricesAtMost(entry: Entry): Entry["prices"] {
  const { prices, market, running_at, launched_at } = entry;
  if (market !== "spot" || (running_at !== null && running_at !== launched_at)) return prices;
  const launchedMs = Date.parse(launched_at);
  const mayBeFirst = prices.filter(({ since }) => Date.parse(since) <= launchedMs + longestPendingMs);
  const later = mayBeFirst.filter(({ since }) => Date.parse(since) > launchedMs);
  const most = Math.max(priceAt(entry, launchedMs), ...later.map((price) => price.usd_per_hour));
  const [first, ...others] = prices;
  const atLaunch = Math.max(0, mayBeFirst.length - later.length - 1);
  const raised = (price: Entry["prices"][number], place: number): typeof price =>
    place === atLaunch ? { ...price, usd_per_hour: most } : price;
  return [raised(first, 0), ...others.map((price, place) => raised(price, place + 1))];
}
