/** A launch for a person: what it would meet, what is planned, and what came of it. */
import type { PricesView } from "../../shared/contract/api/api.ts";
import type { DecisionRecord } from "../../shared/contract/records/fleet-records.ts";
import { counted } from "../../shared/contract/sentences.ts";
import { tableLines } from "./table.ts";

type ModelPlan = DecisionRecord["models"][number];
type Launch = DecisionRecord["launches"][number];

/** A zone's price beside the most that is paid. */
export function againstCap(
  { usd_per_hour: usd }: Pick<PricesView["zones"][number], "usd_per_hour">,
  { max_usd_per_hour: most }: Pick<PricesView, "max_usd_per_hour">,
): string {
  if (usd === null) return "no price";
  return Number(usd) > Number(most) ? `over ${most}` : `${most}, ok`;
}

export const zoneLines = (prices: PricesView, columns: number): readonly string[] =>
  tableLines(
    ["ZONE", "USD/HOUR", "AT MOST"],
    prices.zones.map((zone) => [zone.zone, zone.usd_per_hour ?? "?", againstCap(zone, prices)]),
    columns,
  );

export const plannedCount = ({ models }: DecisionRecord): number =>
  models.reduce((sum, { launch }) => sum + launch, 0);

export function planLines(plan: DecisionRecord, prices: PricesView): readonly string[] {
  const count = plannedCount(plan);
  return [
    ...plan.models.flatMap((model) => modelLines(model, `${model.launch} to launch`)),
    ...plan.drained.map(({ instance_id, zone, detail }) => `${instance_id} in ${zone} drains: ${detail}`),
    ...(count === 0 ? [] : [costLine(count, prices)]),
  ];
}

/** @param launch what the launcher would do, or did */
export const modelLines = (model: ModelPlan, launch: string): readonly string[] => [
  `${model.model}: ${counted(model.open_items, "item")} open; machines: ${model.have} there, ${model.want} wanted, ${launch}`,
  ...reasonLines(model),
];

export const reasonLines = ({ reasons }: ModelPlan): readonly string[] =>
  reasons.map(({ reason, detail }) => `  ${reason}: ${detail}`);

/** Spot is bought where it is within the cap; where none is, the plan says so. */
function costLine(count: number, prices: PricesView): string {
  const most = Number(prices.max_usd_per_hour);
  const within = prices.zones
    .map(({ usd_per_hour: usd }) => Number(usd ?? Infinity))
    .filter((usd) => usd <= most);
  const usual = within.length > 0 ? within : [Number(prices.on_demand_usd_per_hour)];
  const hourly = (usd: number): string => (count * (usd + Number(prices.extras_usd_per_hour))).toFixed(4);
  const [low, high] = [hourly(Math.min(...usual)), hourly(Math.max(...usual))];
  return `Cost: ${low === high ? low : `${low} to ${high}`} USD an hour for ${counted(count, "machine")}, with volume and address.`;
}

/** What EC2 answered, zone by zone. */
export function launchLines(launches: readonly Launch[], columns: number): readonly string[] {
  const rows = launches.flatMap((launch) => [
    ...launch.instances.map(({ instance_id, zone, price_usd_per_hour }) => [
      zone,
      instance_id,
      `${launch.model}, ${marketText(launch.market)}, ${price_usd_per_hour} USD an hour`,
    ]),
    ...launch.errors.map(({ zone, code, message }) => [zone ?? "(any zone)", "none", `${code}: ${message}`]),
    ...(launch.answer === "open" ? [["(any zone)", "?", "EC2 has not answered; it is asked again"]] : []),
    ...(launch.answer === "latched" ? [["(any zone)", "none", "the service was stopped meanwhile"]] : []),
  ]);
  return tableLines(["ZONE", "MACHINE", "WHAT CAME OF IT"], rows, columns);
}

const marketText = (market: Launch["market"]): string => (market === "spot" ? "spot" : "on demand");
