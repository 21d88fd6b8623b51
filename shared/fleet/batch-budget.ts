/** What a batch's own budget (`max_cost_usd`) leaves of its work. Pure. */
import type { BatchBudget, Work } from "./observation.ts";
import type { Held } from "./plan.ts";

/** What machines cost, and what they make. */
export interface Terms {
  readonly nowMs: number;
  readonly usdPerHour: number;
  readonly audioSecondsPerSecond: number;
  readonly bootMs: number;
  /** When each machine that is there or coming takes work. */
  readonly readyAtMs: readonly number[];
  /** When the work is planned to be done, with boots to be made. */
  readonly plannedEndMs: (work: Work) => number;
}
export interface Affordable {
  /** What machines may be launched for: of a batch with a budget, as much as that still pays for. */
  readonly work: readonly Work[];
  readonly held: readonly Held[];
}

export function affordable(all: readonly Work[], terms: Terms): Affordable {
  const work: Work[] = [];
  const held: Held[] = [];
  for (const one of all) {
    const { budget } = one;
    const paidMs = budget === null ? Infinity : paidWorkMs(one, budget, terms);
    const detail = budget === null ? null : whyHeld(budget, paidMs, terms);
    const paidAudioSeconds = (paidMs / 1000) * terms.audioSecondsPerSecond;
    if (budget !== null && detail !== null) held.push({ batchId: budget.batchId, detail });
    else work.push({ ...one, openAudioSeconds: Math.min(one.openAudioSeconds, paidAudioSeconds) });
  }
  return { work, held };
}

export const isSpent = ({ spentUsd, maxUsd }: BatchBudget): boolean => spentUsd >= maxUsd;

/**
 * The machine time that what is left pays for, beside the boots: of the machines that are there, then of as many more
 * as it keeps busy until the planned end, else of one that leaves before.
 */
function paidWorkMs(work: Work, { maxUsd, spentUsd }: BatchBudget, terms: Terms): number {
  const { nowMs, usdPerHour, bootMs, readyAtMs } = terms;
  const eachMs = terms.plannedEndMs(work) - nowMs;
  let leftMs = (Math.max(0, maxUsd - spentUsd) * 3_600_000) / usdPerHour;
  let paidMs = 0;
  for (const readyMs of readyAtMs.toSorted((a, b) => a - b)) {
    const ownMs = Math.min(leftMs, eachMs);
    paidMs += Math.max(0, ownMs - (readyMs - nowMs));
    leftMs -= ownMs;
  }
  const more = Math.floor(leftMs / eachMs);
  return paidMs + (more > 0 ? more * (eachMs - bootMs) : Math.max(0, leftMs - bootMs));
}

/** A machine that is there goes on until all is spent; for what pays no boot none is launched. */
function whyHeld(budget: BatchBudget, paidMs: number, terms: Terms): string | null {
  const { spentUsd, maxUsd } = budget;
  if (isSpent(budget))
    return `${spentUsd.toFixed(4)} USD is spent, and the batch may cost ${maxUsd} USD: a higher budget lets it go on`;
  if (paidMs > 0 || terms.readyAtMs.length > 0) return null;
  const boot = ((terms.usdPerHour * terms.bootMs) / 3_600_000).toFixed(4);
  return `${(maxUsd - spentUsd).toFixed(4)} USD is left of the ${maxUsd} USD that the batch may cost, and a machine's boot costs ${boot}`;
}
