/** What all of the work waits for, in one sentence. */
import type { Schemas } from "../../../client/client.ts";

type Capacity = Schemas["Capacity"];

export interface WaitingFor {
  readonly sentence: string;
  /** Whether a person should look: nothing is launched although there is work, or might be. */
  readonly isHeld: boolean;
  /** When that ends by itself; null: not known. */
  readonly until: string | null;
}

/** What holds everything comes first, then what holds a model; then what the launcher said last. */
export function waitingFor(capacity: Capacity): WaitingFor {
  const { closed, breaker, quotas, failed_starts, decisions } = capacity;
  if (closed) return held("Stopped by an operator: nothing is launched and nothing is taken until a start.");
  if (breaker !== null) return held(`No machine is launched: ${breaker.detail}`, breaker.until);
  const [failed] = failed_starts;
  if (failed !== undefined)
    return held(`No machine is launched for ${failed.model}: ${failed.detail}`, failed.until);
  const [quota] = quotas;
  if (quota !== undefined) return held(`The AWS account's limit is reached: ${quota.detail}`, quota.until);
  if (capacity.at === null) return calm("The launcher has not looked yet; it looks every minute.");
  const busy = decisions.filter(({ open_items }) => open_items > 0);
  if (busy.length === 0) return calm("Nothing waits.");
  const sentences = busy.flatMap(({ model, reasons }) =>
    reasons.slice(0, 1).map(({ detail }) => (busy.length === 1 ? detail : `${model}: ${detail}`)),
  );
  return calm(sentences.length === 0 ? "The launcher has not said yet." : sentences.join(" "));
}

const held = (sentence: string, until: string | null = null): WaitingFor => ({
  sentence,
  isHeld: true,
  until,
});
const calm = (sentence: string): WaitingFor => ({ sentence, isHeld: false, until: null });

/** Phases of machines that cost money, as they live. */
export const livePhases = ["booting", "ready", "leaving", "silent", "overdue"] as const;

export const liveMachines = ({ instances }: Pick<Capacity, "instances">): number =>
  livePhases.reduce((sum, phase) => sum + (instances[phase] ?? 0), 0);

/**
 * About what an hour of the machines costs, and rather more than less: each at the highest spot price of its zone, since
 * a machine does not tell its type, and one whose zone is not known yet at the highest of all. Null while no price is
 * known.
 */
export function usdPerHour(capacity: Pick<Capacity, "instances" | "workers" | "zones">): number | null {
  const live = liveMachines(capacity);
  if (live === 0) return 0;
  const prices = capacity.zones.flatMap(({ zone, price_usd_per_hour: price }) =>
    price === null ? [] : [{ zone, usd: Number(price) }],
  );
  if (prices.length === 0) return null;
  const highest = Math.max(...prices.map(({ usd }) => usd));
  const highestIn = (zone: string): number => {
    const own = prices.filter((price) => price.zone === zone).map(({ usd }) => usd);
    return own.length === 0 ? highest : Math.max(...own);
  };
  const known = capacity.workers.slice(0, live);
  const sum = known.reduce((usd, { zone }) => usd + highestIn(zone), 0);
  return sum + (live - known.length) * highest;
}
