/** Shares a batch's cost out among its items. */
import type { ResultRecord } from "../../contract/records/batch-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import { receiptLines } from "../../contract/records/receipt.ts";
import { nothing, type Amounts } from "../amounts.ts";
import { apportion } from "../money.ts";

export interface MachineAmounts {
  readonly instanceId: InstanceId;
  readonly amounts: Amounts;
}
type Spender = Pick<ResultRecord, "index" | "spent">;

/**
 * Shares a batch's part of each machine out among its items, by how much of that machine's engine time they took. If no
 * result names a machine, because all its attempts failed, each item bears a part by the time it took on all machines.
 * @returns one amount for each item, by index; they add up to exactly the machines' amounts
 */
export function shareOut(
  items: readonly Spender[],
  machines: readonly MachineAmounts[],
): ReadonlyMap<number, Amounts> {
  const shares = new Map(items.map(({ index }) => [index, { ...nothing }]));
  for (const { instanceId, amounts } of machines) {
    const bearers = bearersOf(items, instanceId);
    const weights = bearers.map(({ weight }) => weight);
    for (const line of receiptLines)
      apportion(amounts[line], weights).forEach((micros, place) => {
        const share = shares.get(bearers[place]?.index ?? NaN);
        if (share !== undefined) share[line] += micros;
      });
  }
  return shares;
}

interface Bearer {
  readonly index: number;
  readonly weight: number;
}

function bearersOf(items: readonly Spender[], instanceId: InstanceId): readonly Bearer[] {
  const weighed = (isMeant: (id: InstanceId) => boolean): Bearer[] =>
    items.map(({ index, spent }) => ({
      index,
      weight: spent.reduce((sum, one) => sum + (isMeant(one.instance_id) ? one.gpu_seconds : 0), 0),
    }));
  const own = weighed((id) => id === instanceId).filter(({ weight }) => weight > 0);
  return own.length > 0 ? own : weighed(() => true);
}
