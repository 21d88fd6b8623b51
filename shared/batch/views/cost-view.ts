/** A batch's cost as the API shows it. */
import type { BatchView } from "../../contract/api/api.ts";
import type { BatchRecord, ControlRecord } from "../../contract/records/batch-records.ts";
import type { Estimate, ReceiptRecord, ReceiptView } from "../../contract/records/receipt.ts";
import { counted } from "../../contract/sentences.ts";
import { dearest } from "../../billing/dearest.ts";
import { microsIn, microsOf, usdText } from "../../billing/money.ts";
import type { BatchCost } from "../../billing/receipts/batch-cost.ts";
import { maxCostOf } from "../orders/max-cost.ts";
import { sum } from "../../billing/measures/sum.ts";

/** The estimate, the cost so far, and the final cost. @param isEnded every item has its outcome */
export function costView(
  batch: BatchRecord,
  control: ControlRecord | null,
  cost: BatchCost,
  isEnded: boolean,
): BatchView["cost"] {
  const { estimate } = batch;
  const seconds = sum(cost.machines.map((machine) => machine.seconds));
  const onDemand = estimate === null ? 0 : microsOf((seconds * onDemandUsdPerHour(estimate)) / 3600);
  return {
    estimate,
    max_usd: maxCostOf(batch, control),
    accrued_usd: usdText(cost.micros),
    final: cost.receipt !== null,
    notes: notesOn(cost, isEnded),
    instance_seconds: Math.round(seconds),
    billed_seconds: Math.round(sum(cost.machines.map(({ billedSeconds }) => billedSeconds))),
    on_demand_usd: usdText(onDemand),
    saved_usd: usdText(Math.max(0, onDemand - cost.micros)),
    receipt: cost.receipt === null ? null : receiptView(cost.receipt),
  };
}

/** An on-demand machine has its volume and its address too. */
const onDemandUsdPerHour = ({ basis }: Estimate): number =>
  Number(basis.on_demand_usd_per_hour) +
  Number(basis.volume_usd_per_hour) +
  Number(basis.address_usd_per_hour);

/** Why the amount is what it is, or why it may change. */
function notesOn({ machines, receipt }: BatchCost, isEnded: boolean): string[] {
  const free = machines.filter(({ seconds, billedSeconds }) => seconds > 0 && billedSeconds === 0);
  const short = machines.filter(({ seconds, billedSeconds }) => billedSeconds > seconds);
  const freeSeconds = Math.round(sum(free.map(({ seconds }) => seconds)));
  return [
    ...(free.length === 0
      ? []
      : [
          `EC2 took back ${counted(free.length, "machine")} within the first hour: ${freeSeconds} s are not charged for, their volume and address are`,
        ]),
    ...(short.length === 0
      ? []
      : [
          `EC2 charges for a minute of each machine at least: ${counted(short.length, "machine")} ran for less`,
        ]),
    ...(receipt !== null || machines.length === 0 ? [] : [isEnded ? untilReceipt : whileMade]),
  ];
}

const whileMade =
  "so far: its machines still cost, and one that EC2 takes back within its first hour will not";
const untilReceipt =
  "not final: the receipt is written some minutes after the last machine that served it has ended";

function receiptView({ v: _version, instances, ...receipt }: ReceiptRecord): ReceiptView {
  const { listed, others } = dearest(instances, ({ usd }) => microsIn(usd));
  return { ...receipt, instances: [...listed], other_instances: others };
}
