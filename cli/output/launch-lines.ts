/** A launch for a person: what it would meet, what is planned, and what came of it. */
import type { PricesView, TypePrices } from "../../shared/contract/api/api.ts";
import type { DecisionRecord } from "../../shared/contract/records/fleet-records.ts";
import { counted } from "../../shared/contract/sentences.ts";
import { tableLines } from "./table.ts";

type ModelPlan = DecisionRecord["models"][number];
type Launch = DecisionRecord["launches"][number];

/** A zone's price beside the most that is paid. */
export function againstCap(
  { usd_per_hour: usd }: Pick<TypePrices["zones"][number], "usd_per_hour">,
  { max_usd_per_hour: most }: Pick<TypePrices, "max_usd_per_hour">,
): string {
  if (usd === null) return "no price";
  return Number(usd) > Number(most) ? `over ${most}` : `${most}, ok`;
}

/** The stage's machine types, the first one first. */
export const typesOf = (prices: PricesView): readonly TypePrices[] => [prices, ...prices.other_types];

export const zoneLines = (prices: PricesView, columns: number): readonly string[] =>
  typesOf(prices).flatMap((type) => [
    `${type.instance_type}, spot, at most ${type.max_usd_per_hour} USD an hour`,
    ...tableLines(
      ["ZONE", "USD/HOUR", "AT MOST"],
      type.zones.map((zone) => [zone.zone, zone.usd_per_hour ?? "?", againstCap(zone, type)]),
      columns,
    ),
  ]);

export const plannedCount = ({ models }: DecisionRecord): number =>
  models.reduce((sum, { launch }) => sum + launch, 0);

export function planLines(plan: DecisionRecord, prices: PricesView): readonly string[] {
  const count = plannedCount(plan);
  return [
    ...plan.models.flatMap((model) => modelLines(model, `${model.launch} to launch`)),
    ...plan.drained.map(({ instance_id, zone, detail }) => `${instance_id} in ${zone} drains: ${detail}`),
    ...(count === 0 ? [] : [costLine(plan, prices)]),
  ];
}

/** @param launch what the launcher would do, or did */
export const modelLines = (model: ModelPlan, launch: string): readonly string[] => [
  `${model.model}: ${counted(model.open_items, "item")} open; machines: ${model.have} there, ${model.want} wanted, ${launch}`,
  ...reasonLines(model),
];

export const reasonLines = ({ reasons }: ModelPlan): readonly string[] =>
  reasons.map(({ reason, detail }) => `  ${reason}: ${detail}`);

/** Of each model's machine type, at the prices that it may be bought at. */
function costLine(plan: DecisionRecord, prices: PricesView): string {
  const count = plannedCount(plan);
  const extras = count * Number(prices.extras_usd_per_hour);
  const spans = plan.models.map(({ launch, instance_type }) => {
    const type = typesOf(prices).find((one) => one.instance_type === instance_type) ?? prices;
    const usual = usualPrices(type);
    return { low: launch * Math.min(...usual), high: launch * Math.max(...usual) };
  });
  const hourly = (end: "low" | "high"): string =>
    spans.reduce((sum, span) => sum + span[end], extras).toFixed(4);
  const [low, high] = [hourly("low"), hourly("high")];
  return `Cost: ${low === high ? low : `${low} to ${high}`} USD an hour for ${counted(count, "machine")}, with volume and address.`;
}

/** Spot is bought where it is within the cap; where none is, the plan says so. */
function usualPrices({ zones, max_usd_per_hour, on_demand_usd_per_hour }: TypePrices): readonly number[] {
  const within = zones
    .map(({ usd_per_hour: usd }) => Number(usd ?? Infinity))
    .filter((usd) => usd <= Number(max_usd_per_hour));
  return within.length > 0 ? within : [Number(on_demand_usd_per_hour)];
}

/** What EC2 answered, pool by pool. */
export function launchLines(launches: readonly Launch[], columns: number): readonly string[] {
  const rows = launches.flatMap((launch) => [
    ...launch.instances.map(({ instance_id, instance_type, zone, price_usd_per_hour }) => [
      zone,
      instance_id,
      `${launch.model}, ${ofType(instance_type)}${marketText(launch.market)}, ${price_usd_per_hour} USD an hour`,
    ]),
    ...launch.errors.map(({ zone, instance_type, code, message }) => [
      zone ?? "(any zone)",
      "none",
      `${ofType(instance_type)}${code}: ${message}`,
    ]),
    ...(launch.answer === "open" ? [["(any zone)", "?", "EC2 has not answered; it is asked again"]] : []),
    ...(launch.answer === "latched" ? [["(any zone)", "none", "the service was stopped meanwhile"]] : []),
  ]);
  return tableLines(["ZONE", "MACHINE", "WHAT CAME OF IT"], rows, columns);
}

const ofType = (type: string | null): string => (type === null ? "" : `${type}, `);
const marketText = (market: Launch["market"]): string => (market === "spot" ? "spot" : "on demand");
