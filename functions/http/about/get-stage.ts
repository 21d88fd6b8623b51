/** Shows what a key may do, and what bounds the stage. */
import { microsOf, usdText } from "../../../shared/billing/money.ts";
import type { MachineType, StageConfig } from "../../../shared/config.ts";
import type { StageView } from "../../../shared/contract/api/api.ts";
import type { Handler } from "../api.ts";

/** `GET /v1/stage` */
export const getStage = (settings: StageConfig): Handler<"GET /v1/stage"> => {
  const { region, zones, instance_types, budgets, limits, speeds, default_speed } = settings;
  const { max_instances, queued_items, active_batches, active_batches_per_owner } = limits;
  const [first, ...others] = instance_types;
  const stage: Omit<StageView, "key"> = {
    region,
    zones,
    ...typeView(first),
    other_types: others.map(typeView),
    budgets: { day_usd: usd(budgets.day_usd), month_usd: usd(budgets.month_usd) },
    limits: { max_instances, queued_items, active_batches, active_batches_per_owner },
    target_seconds: Object.fromEntries(
      Object.entries(speeds).map(([speed, { target_seconds }]) => [speed, target_seconds]),
    ),
    default_speed,
  };
  return ({ caller: { owner, scopes } }) =>
    Promise.resolve({ status: 200, body: { key: { owner, scopes: [...scopes] }, ...stage } });
};

const typeView = ({ type, max_spot_price_usd }: MachineType) => ({
  instance_type: type,
  max_spot_usd_per_hour: usd(max_spot_price_usd),
});

const usd = (amount: number): string => usdText(microsOf(amount));
