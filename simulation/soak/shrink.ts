/** Reduces a failing scenario to the smallest one that still fails. */
import { faultKinds } from "../faults/hazards.ts";
import type { Omissions } from "./trouble.ts";
import { trouble } from "./trouble.ts";
import { play } from "../world.ts";

const fails = async (seed: number, without: Omissions): Promise<boolean> =>
  (await play(trouble(seed, without), false)).violations.length > 0;

/** Leaves out one thing after another, and keeps it out if the run still fails. */
export async function shrink(seed: number): Promise<Omissions> {
  const { orders, happenings } = trouble(seed);
  let without: Omissions = {};
  const tryWithout = async (more: Omissions): Promise<void> => {
    const candidate = { ...without, ...more };
    if (await fails(seed, candidate)) without = candidate;
  };
  for (const place of orders.keys())
    if ((without.orders?.length ?? 0) < orders.length - 1)
      await tryWithout({ orders: [...(without.orders ?? []), place] });
  for (const place of happenings.keys())
    await tryWithout({ happenings: [...(without.happenings ?? []), place] });
  await tryWithout({ receivers: true });
  await tryWithout({ refusals: true });
  await tryWithout({ outages: true });
  await tryWithout({ noise: true });
  await tryWithout({ skew: true });
  await tryWithout({ leftOut: true });
  await tryWithout({ latency: true });
  for (const kind of faultKinds) await tryWithout({ faults: [...(without.faults ?? []), kind] });
  for (const most of [8, 4, 2, 1]) await tryWithout({ clipsAbove: most });
  return without;
}
