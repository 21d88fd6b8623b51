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
 * A batch's part of each machine, shared out among its items by what they took of that machine's engine. Of a machine
 * that no result tells of (its attempts came to nothing) each item bears a part by what it took of all machines.
 * @returns by index, one for each item; together exactly what the machines' amounts are together.
 */
export function shareOut(
  items: readonly Spender[],
  machines: readonly MachineAmounts[],
): ReadonlyMap<number, Amounts> {
  const shares = new Map(items.map(({ index }) => [index, { ...nothing }]));
  for (const machine of machines) {
    const bearers = bearersOf(items, machine.instanceId);
    const weights = bearers.map(({ weight }) => weight);
    for (const line of receiptLines) {
      const parts = apportion(machine.amounts[line], weights);
      for (const [place, { index }] of bearers.entries()) {
        const share = shares.get(index);
        if (share !== undefined) share[line] += parts[place] ?? 0;
      }
    }
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
