/**
 * What a batch's own budget (`max_cost_usd`) leaves of its work. Pure.
 *
 * A batch is held in time: while what is left still pays for what its machines make until they hear of it, for the
 * clips that they then have in hand, and for their way out. One that is held goes on when what is left pays for a boot
 * beside that.
 */
import type { Held } from "./plan.ts";
import type { BatchBudget, OpenWork } from "../../../interlock/open-work.ts";

const hourMs = 3_600_000;

/** What machines cost, and what they make. */
export interface Terms {
  readonly nowMs: number;
  /** Of a machine with its volume and its address. */
  readonly usdPerHour: number;
  readonly audioSecondsPerSecond: number;
  /** As machines are bought for it: slower while the pace is only guessed. */
  readonly plannedAudioSecondsPerSecond: number;
  readonly bootMs: number;
  /** When each machine that is there or coming takes work. */
  readonly readyAtMs: readonly number[];
  /** When the work is planned to be done, with boots to be made. */
  readonly plannedEndMs: (work: OpenWork) => number;
  /** From now until a machine hears of a hold that the next look decides on. */
  readonly unheardMs: number;
  /** From its last clip until a machine is gone. */
  readonly wayOutMs: number;
  /** So much of one machine's time a batch may cost beyond its budget, rather than leave it unused. */
  readonly toleratedMs: number;
  /** What machines have cost that have served nobody yet and may: whoever they serve bears it. */
  readonly unservedUsd: number;
}
export interface Affordable {
  /** What machines may be launched for: of a batch with a budget, as much as that still pays for. */
  readonly work: readonly OpenWork[];
  readonly held: readonly Held[];
}

export function affordable(all: readonly OpenWork[], terms: Terms): Affordable {
  const work: OpenWork[] = [];
  const held: Held[] = [];
  const allAudioSeconds = all.reduce((total, one) => total + one.openAudioSeconds, 0);
  for (const one of all) {
    const { budget } = one;
    if (budget === null) {
      work.push(one);
      continue;
    }
    const share = allAudioSeconds === 0 ? 1 : one.openAudioSeconds / allAudioSeconds;
    const leftUsd = budget.maxUsd - budget.spentUsd - share * terms.unservedUsd;
    const leftMs = (Math.max(0, leftUsd) * hourMs) / terms.usdPerHour;
    const neededMs = leastMs(one, budget, terms);
    const paidAudioSeconds = (paidWorkMs(one, leftMs, terms) / 1000) * terms.plannedAudioSecondsPerSecond;
    if (isSpent(budget) || leftMs <= neededMs)
      held.push({ batchId: budget.batchId, detail: whyHeld(budget, leftUsd, neededMs, terms) });
    else work.push({ ...one, openAudioSeconds: Math.min(one.openAudioSeconds, paidAudioSeconds) });
  }
  return { work, held };
}

export const isSpent = ({ spentUsd, maxUsd }: BatchBudget): boolean => spentUsd >= maxUsd;

/** In machine time: what a batch must be able to pay for. */
function leastMs(work: OpenWork, budget: BatchBudget, terms: Terms): number {
  const { nowMs, readyAtMs, bootMs, unheardMs, wayOutMs, toleratedMs, audioSecondsPerSecond } = terms;
  const ready = readyAtMs.filter((readyMs) => readyMs <= nowMs).length;
  const workMs = (work.openAudioSeconds / audioSecondsPerSecond) * 1000;
  const windDownMs = (machines: number): number =>
    Math.min(workMs, machines * unheardMs + inHandMs(work, budget, terms)) + machines * wayOutMs;
  if (budget.isHeld) return bootMs + windDownMs(Math.max(1, ready));
  return readyAtMs.length === 0 ? bootMs : Math.max(0, windDownMs(ready) - toleratedMs);
}

/** A clip alone is not made faster than it plays by much. */
function inHandMs(work: OpenWork, { itemsInHand }: BatchBudget, { audioSecondsPerSecond }: Terms): number {
  if (itemsInHand === 0 || work.openItems === 0) return 0;
  const clipSeconds = work.openAudioSeconds / work.openItems;
  return Math.max(clipSeconds, (itemsInHand * clipSeconds) / audioSecondsPerSecond) * 1000;
}

/**
 * The machine time that what is left pays for, beside the boots: of the machines that are there, then of as many more
 * as it keeps busy until the planned end, else of one that leaves before.
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
  const { spentUsd, maxUsd } = budget;
  const goesOn = "a higher budget continues it";
  if (isSpent(budget))
    return `${spentUsd.toFixed(4)} USD is spent, and the batch may cost ${maxUsd} USD: ${goesOn}`;
  const neededUsd = ((terms.usdPerHour * neededMs) / hourMs).toFixed(4);
  return `${Math.max(0, leftUsd).toFixed(4)} USD is left of the ${maxUsd} USD that the batch may cost, and ${what(budget, terms)} costs ${neededUsd}: ${goesOn}`;
}

function what({ isHeld }: BatchBudget, { readyAtMs }: Terms): string {
  if (isHeld) return "a machine's boot with the clips that it begins";
  return readyAtMs.length === 0 ? "a machine's boot" : "ending what its machines begin";
}
