/**
 * How much of a batch's work its own budget (`max_cost_usd`) pays for. Pure.
 * A batch is held early enough. What is left of its budget must still pay for four things: its share of the boots of
 * machines that are not ready yet, what machines make until they hear of the hold, the clips that they then have in
 * hand, and their way out. Machines that this tick launches for other batches count, because they serve every batch. One
 * of them may die without a word, and that must not cost more than the budget may be passed by. A
 * held batch goes on when what is left pays for a boot as well.
 */
import { sumBy } from "../../../billing/measures/sum.ts";
import type { Held } from "./plan.ts";
import { goesOn, isSpent, whySpent, type BatchBudget, type OpenWork } from "../../../interlock/open-work.ts";

const hourMs = 3_600_000;

/** What machines cost, and how much they make. */
export interface Terms {
  readonly nowMs: number;
  /** The price of one machine, volume and address included. */
  readonly usdPerHour: number;
  readonly audioSecondsPerSecond: number;
  /** The pace that launches are planned with. It is lower while the pace is only guessed. */
  readonly plannedAudioSecondsPerSecond: number;
  readonly bootMs: number;
  /** When each machine that exists or is being launched takes work. */
  readonly readyAtMs: readonly number[];
  /** How many machines this tick launches, as far as that is decided. */
  readonly launching: number;
  /** When the work is planned to be done, including the boots of new machines. */
  readonly plannedEndMs: (work: OpenWork) => number;
  /** The time from now until a machine hears of a hold that the next tick decides on. */
  readonly unheardMs: number;
  /** The time from a machine's last clip until the machine is gone. */
  readonly wayOutMs: number;
  /** A batch may cost this much of one machine's time beyond its budget: otherwise that time would go unused. */
  readonly toleratedMs: number;
  /** What a machine that dies without a word costs beyond that. */
  readonly reservedMs: number;
  /** The cost of machines that have served nobody yet. The batch that such a machine serves first bears it. */
  readonly unservedUsd: number;
}
export interface Affordable {
  /**
   * The work that machines may be launched for. Of a batch with a budget: as much as the rest of the budget pays for.
   */
  readonly work: readonly OpenWork[];
  readonly held: readonly Held[];
}

export function affordable(all: readonly OpenWork[], terms: Terms): Affordable {
  const work: OpenWork[] = [];
  const held: Held[] = [];
  for (const one of all) {
    const { budget } = one;
    if (budget === null) {
      work.push(one);
      continue;
    }
    const share = shareIn(one, all);
    const leftUsd = budget.maxUsd - budget.spentUsd - share * terms.unservedUsd;
    const leftMs = (Math.max(0, leftUsd) * hourMs) / terms.usdPerHour;
    const neededMs = leastMs(one, budget, share, terms);
    const paidAudioSeconds = (paidWorkMs(one, leftMs, terms) / 1000) * terms.plannedAudioSecondsPerSecond;
    if (isSpent(budget) || leftMs <= neededMs)
      held.push({ batchId: budget.batchId, detail: whyHeld(budget, leftUsd, neededMs, terms) });
    else work.push({ ...one, openAudioSeconds: Math.min(one.openAudioSeconds, paidAudioSeconds) });
  }
  return { work, held };
}

/** A batch's part of what machines make from now on. Nothing is made of the other batches that are held. */
function shareIn(work: OpenWork, all: readonly OpenWork[]): number {
  const made = all.filter((one) => one === work || one.budget?.isHeld !== true);
  const audioSeconds = sumBy(made, (one) => one.openAudioSeconds);
  return audioSeconds === 0 ? 1 : work.openAudioSeconds / audioSeconds;
}

/** The least machine time that a batch must be able to pay for. */
function leastMs(work: OpenWork, budget: BatchBudget, share: number, terms: Terms): number {
  const { readyAtMs, launching, bootMs, unheardMs, wayOutMs, toleratedMs, reservedMs } = terms;
  const machines = readyAtMs.length + launching;
  const workMs = (work.openAudioSeconds / terms.audioSecondsPerSecond) * 1000;
  const windDownMs = (count: number): number =>
    Math.min(workMs, count * unheardMs + inHandMs(work, budget, terms)) + count * wayOutMs + reservedMs;
  const bootsMs = share * bootsLeftMs(terms);
  if (budget.isHeld) return Math.max(bootMs, bootsMs) + windDownMs(Math.max(1, machines));
  return machines === 0 ? bootMs : Math.max(0, bootsMs + windDownMs(machines) - toleratedMs);
}

/** Until every machine is ready. The batch that a machine serves first bears its boot. */
const bootsLeftMs = ({ nowMs, readyAtMs, launching, bootMs }: Terms): number =>
  sumBy(readyAtMs, (readyMs) => Math.max(0, readyMs - nowMs)) + launching * bootMs;

/** A single clip is made about as fast as it plays, at best. */
function inHandMs(work: OpenWork, { itemsInHand }: BatchBudget, { audioSecondsPerSecond }: Terms): number {
  if (itemsInHand === 0 || work.openItems === 0) return 0;
  const clipSeconds = work.openAudioSeconds / work.openItems;
  return Math.max(clipSeconds, (itemsInHand * clipSeconds) / audioSecondsPerSecond) * 1000;
}

/**
 * The machine time that the rest of the budget pays for, after the boots. It counts the machines that exist, and as
 * many new ones as the work keeps busy until the planned end. If it pays for no new machine until then, it counts one
 * that leaves earlier.
 */
function paidWorkMs(work: OpenWork, allMs: number, terms: Terms): number {
  const { nowMs, bootMs, readyAtMs } = terms;
  const eachMs = terms.plannedEndMs(work) - nowMs;
  let leftMs = allMs;
  let paidMs = 0;
  for (const readyMs of readyAtMs.toSorted((a, b) => a - b)) {
    const ownMs = Math.min(leftMs, eachMs);
    paidMs += Math.max(0, ownMs - (readyMs - nowMs));
    leftMs -= ownMs;
  }
  const more = Math.floor(leftMs / eachMs);
  return paidMs + (more > 0 ? more * (eachMs - bootMs) : Math.max(0, leftMs - bootMs));
}

function whyHeld(budget: BatchBudget, leftUsd: number, neededMs: number, terms: Terms): string {
  if (isSpent(budget)) return whySpent(budget);
  const neededUsd = ((terms.usdPerHour * neededMs) / hourMs).toFixed(4);
  return `${Math.max(0, leftUsd).toFixed(4)} USD is left of the ${budget.maxUsd} USD that the batch may cost, and ${what(budget, terms)} costs ${neededUsd}: ${goesOn}`;
}

function what({ isHeld }: BatchBudget, terms: Terms): string {
  if (isHeld) return "a machine's boot with the clips that it begins";
  if (terms.readyAtMs.length + terms.launching === 0) return "a machine's boot";
  return bootsLeftMs(terms) > 0
    ? "its share of the boots with the clips that the machines begin"
    : "ending what its machines begin";
}
