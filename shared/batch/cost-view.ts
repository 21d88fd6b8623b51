import type { BatchView } from "../contract/api.ts";
import type { BatchRecord, ControlRecord } from "../contract/batch-records.ts";
import { dearest } from "../fleet/dearest.ts";
import { microsIn, microsOf, usdText } from "../fleet/money.ts";
import type { ReceiptRecord, ReceiptView } from "../contract/receipt.ts";
import type { BatchCost } from "./batch-cost.ts";
import { maxCostOf } from "./max-cost.ts";

/** What was foreseen, what it is so far, and what it came to. */
export function costView(
  batch: BatchRecord,
  control: ControlRecord | null,
  cost: BatchCost,
): BatchView["cost"] {
  const { estimate } = batch;
  const onDemandUsd = (cost.instanceSeconds * Number(estimate.basis.on_demand_usd_per_hour)) / 3600;
  const onDemand = microsOf(onDemandUsd);
  return {
    estimate,
    max_usd: maxCostOf(batch, control),
    accrued_usd: usdText(cost.micros),
    instance_seconds: Math.round(cost.instanceSeconds),
    on_demand_usd: usdText(onDemand),
    saved_usd: usdText(Math.max(0, onDemand - cost.micros)),
    receipt: cost.receipt === null ? null : receiptView(cost.receipt),
  };
}

function receiptView({ v: _version, instances, ...receipt }: ReceiptRecord): ReceiptView {
  const { listed, others } = dearest(instances, ({ usd }) => microsIn(usd));
  return { ...receipt, instances: [...listed], other_instances: others };
}
