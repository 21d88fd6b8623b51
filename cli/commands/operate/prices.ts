import type { Command } from "commander";
import type { PricesView, TypePrices } from "../../../shared/contract/api/api.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { exitCodes } from "../../exit-codes.ts";
import { wholeNumber } from "../../input/option-values.ts";
import { chart, type Step } from "../../output/chart.ts";
import { againstCap, typesOf } from "../../output/launch-lines.ts";
import { tableLines } from "../../output/table.ts";

interface Options extends CommonOptions {
  readonly hours: number;
}

const mostCells = 72;
const fewestCells = 8;

export function addPrices(program: Command, cli: Cli): void {
  cli
    .command(program, "prices", "show the spot price in every zone, now and over the last hours")
    .option("--hours <n>", "how far back", wholeNumber(1, 336), 24)
    .action(
      cli.runs(async (options: Options) => {
        const prices = await cli.client(options).prices(options.hours, cli.around.signal);
        cli.print(options, prices, () => priceLines(prices, options.hours, cli.columns));
        return exitCodes.ok;
      }),
    );
}

function priceLines(prices: PricesView, hours: number, columns: number): readonly string[] {
  const types = typesOf(prices);
  return [
    ...types.map(
      (type) => `${type.instance_type}, spot. On demand it costs ${type.on_demand_usd_per_hour} USD an hour.`,
    ),
    `A machine's volume and address cost ${prices.extras_usd_per_hour} USD an hour more.`,
    ...types.flatMap((type) => [
      "",
      ...(types.length === 1 ? [] : [type.instance_type]),
      ...typeLines(type, rangeMs(prices), hours, columns),
    ]),
  ];
}

function typeLines(
  type: TypePrices,
  time: ReturnType<typeof rangeMs>,
  hours: number,
  columns: number,
): readonly string[] {
  const amounts = type.zones.flatMap(({ changes }) => changes.map((change) => Number(change.usd_per_hour)));
  const range = { low: Math.min(...amounts), high: Math.max(...amounts) };
  const rows = type.zones.map((zone) => [
    zone.zone,
    zone.usd_per_hour ?? "?",
    againstCap(zone, type),
    ...extremes(zone),
  ]);
  const header = ["ZONE", "USD/HOUR", "AT MOST", "LOWEST", "HIGHEST"];
  const before = tableLines(header, rows, columns).reduce((most, line) => Math.max(most, line.length), 0);
  const cells = Math.min(mostCells, Math.max(fewestCells, columns - before - 2));
  const charts = type.zones.map(({ changes }) => chart(stepsOf(changes), time, range, cells));
  return tableLines(
    [...header, `${hours} H, UNTIL NOW`],
    rows.map((row, place) => [...row, charts[place] ?? ""]),
    columns,
  );
}

type Zone = TypePrices["zones"][number];

function extremes({ changes }: Zone): readonly [lowest: string, highest: string] {
  const sorted = changes
    .map(({ usd_per_hour: usd }) => usd)
    .toSorted((one, other) => Number(one) - Number(other));
  return [sorted[0] ?? "", sorted.at(-1) ?? ""];
}

const stepsOf = (changes: Zone["changes"]): readonly Step[] =>
  changes.map(({ at, usd_per_hour }) => ({ atMs: Date.parse(at), value: Number(usd_per_hour) }));

const rangeMs = ({ from, to }: PricesView): { readonly from: number; readonly to: number } => ({
  from: Date.parse(from),
  to: Date.parse(to),
});
