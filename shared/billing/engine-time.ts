/** How much time of each machine's engine the attempts at an item took. */
import type { AttemptsRecord } from "../contract/records/batch-records.ts";

export type Spent = AttemptsRecord["spent"];

/** One entry for each machine, however many attempts it made. */
export function plus(spent: Spent, own: Spent[number]): Spent {
  if (own.gpu_seconds === 0) return spent;
  const before = spent.find(({ instance_id }) => instance_id === own.instance_id)?.gpu_seconds ?? 0;
  const others = spent.filter(({ instance_id }) => instance_id !== own.instance_id);
  return [...others, { ...own, gpu_seconds: before + own.gpu_seconds }];
}
