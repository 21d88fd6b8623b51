/**
 * What requests do by the thousand, and no machine does, has a limit a day (UTC), over all owners. Neither a budget nor
 * the queue bounds it: without this, a stolen key could ask for it thousands of times a second.
 */
import { dayOf } from "../../billing/bill.ts";
import { reuseKeys } from "../../contract/records/keys.ts";
import { dayCountSchema } from "../../contract/records/reuse-records.ts";
import { readIfReadable, updateRecord, type RecordPorts } from "../../records/records.ts";

/**
 * The most a day, up to what requests at the same moment do. A clip that is given again costs three writes, one that is
 * continued some reads and the copy of what it continues.
 */
export const mostADay = { given: 500_000, continued: 200_000 } as const;
type Counted = keyof typeof mostADay;

/** How many may still be done today. */
export async function leftToday(
  { store, clock }: Pick<RecordPorts, "store" | "clock">,
  what: Counted,
): Promise<number> {
  const count = (await readIfReadable(store, reuseKeys.counted(what, dayOf(clock.nowMs())), dayCountSchema))
    ?.value;
  return Math.max(0, mostADay[what] - (count?.items ?? 0));
}

export async function countToday(ports: RecordPorts, what: Counted, items: number): Promise<void> {
  await updateRecord(
    ports,
    reuseKeys.counted(what, dayOf(ports.clock.nowMs())),
    dayCountSchema,
    (current) => ({
      v: 1 as const,
      items: (current?.items ?? 0) + items,
    }),
  );
}
