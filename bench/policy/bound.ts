/** What no policy can be cheaper than, as long as EC2 takes nothing back: provable under the machine model. */
import type { Market } from "../../simulation/played/market.ts";
import type { EngineSpeed } from "../../simulation/played/simulated-engine.ts";
import type { Job } from "./fleet-model.ts";
import { bootsS } from "./fleet-model.ts";
import { quantile } from "../../shared/billing/measures/quantile.ts";

/** No machine takes work sooner after its launch. */
const shortestBootS = bootsS.shortest;

/**
 * The larger of two bounds for any schedule with these turnarounds.
 * Work: all seconds at the full rate, and a boot for each machine without which 95 % of a single batch would not
 * have ended by its own p95. Cover: each clip needs a ready machine between its arrival and its end, so between
 * windows that do not touch, a machine boots again or is there all the while.
 */
export function boundUsd(jobs: readonly Job[], engine: EngineSpeed, market: Market): number {
  const cheapest = Math.min(...market.zones.flatMap(({ steps }) => steps.map((one) => one.priceUsdPerHour)));
  const seconds = Math.max(workS(jobs, engine), coverS(jobs));
  return (seconds * cheapest) / 3600;
}

function workS(jobs: readonly Job[], { fullRate }: EngineSpeed): number {
  const all = jobs.reduce((sum, { seconds }) => sum + seconds, 0) / fullRate;
  const isOneBatch = new Set(jobs.map(({ batch }) => batch)).size === 1;
  const p95 = quantile(turnarounds(jobs), 0.95);
  const servedS = p95 === null ? 0 : p95 - shortestBootS;
  const machines = isOneBatch && servedS > 0 ? Math.max(1, Math.ceil((0.95 * all) / servedS)) : 1;
  return all + machines * shortestBootS;
}

function coverS(jobs: readonly Job[]): number {
  const slowest = Math.max(0, ...turnarounds(jobs));
  let total = shortestBootS;
  let endS: number | null = null;
  for (const { atS } of jobs) {
    if (endS !== null && atS <= endS) continue;
    if (endS !== null) total += Math.min(shortestBootS, atS - endS);
    endS = atS + slowest;
  }
  return total;
}

export const turnarounds = (jobs: readonly Job[]): readonly number[] =>
  jobs.flatMap(({ doneS, atS }) => (doneS === null ? [] : [doneS - atS]));

/** Nothing is taken back there: the bound holds. */
export const isCalm = ({ zones }: Market): boolean =>
  zones.every(({ steps }) => steps.every(({ capacity }) => capacity >= 32));
