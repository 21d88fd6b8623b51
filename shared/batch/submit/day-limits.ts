/**
 * What requests do by the thousand, and no machine does, has a limit a day (UTC), over all owners. Neither a budget nor
 * the queue bounds it: without this, a stolen key could ask for it thousands of times a second.
 */
import { dayOf } from "../../billing/bill.ts";
import { reuseKeys } from "../../contract/records/keys.ts";
import { dayCountSchema } from "../../contract/records/reuse-records.ts";
import { readIfReadable, updateIfReadable, type RecordPorts } from "../../records/records.ts";

/**
 * The most a day. A clip that is given again costs three writes, one that is continued some reads and the copy of what
 * it continues.
 */
export const mostADay = { given: 500_000, continued: 200_000 } as const;
type Counted = keyof typeof mostADay;

const keyNow = ({ clock }: Pick<RecordPorts, "clock">, what: Counted): string =>
  reuseKeys.counted(what, dayOf(clock.nowMs()));

/** How many may still be done today, for work of which only its end tells how much it was: {@link countToday} then. */
export async function leftToday(ports: Pick<RecordPorts, "store" | "clock">, what: Counted): Promise<number> {
  const count = (await readIfReadable(ports.store, keyNow(ports, what), dayCountSchema))?.value;
  return Math.max(0, mostADay[what] - (count?.items ?? 0));
}

/** Requests at the same moment may pass the limit by what they do. */
export async function countToday(ports: RecordPorts, what: Counted, items: number): Promise<void> {
  await addToday(ports, what, items, Infinity);
}

/** Counts it before it is done, in one step with the look at the limit. @returns false: it may not be done today */
export const takeToday = (ports: RecordPorts, what: Counted, items: number): Promise<boolean> =>
  addToday(ports, what, items, mostADay[what]);

/** @returns false when that were more than `most`, and nothing is counted */
async function addToday(ports: RecordPorts, what: Counted, items: number, most: number): Promise<boolean> {
  let fits = true;
  await updateIfReadable(ports, keyNow(ports, what), dayCountSchema, (current) => {
    const all = (current?.items ?? 0) + items;
    fits = all <= most;
    return fits ? { v: 1 as const, items: all } : null;
  });
  return fits;
}
