/** The spot price of one machine type in every zone, with the cap and the launches. */
import { counted } from "../../../shared/contract/sentences.ts";
import { usdText } from "../../parts/numbers.ts";
import { ceilingOf, stepsOf, type LaunchMark, type TypePrices } from "./price-steps.ts";
import { TimeAxis } from "./time-axis.tsx";
import type { TimeWindow } from "./time-window.ts";

/** How many zones have a colour of their own. */
export const lineColours = 6;
export const colourOf = (place: number): string => `zone-${place % lineColours}`;

interface PriceChartProps {
  readonly type: TypePrices;
  readonly window: TimeWindow;
  /** In the order of the zones. */
  readonly launches: readonly (readonly LaunchMark[])[];
}

export function PriceChart({ type, window, launches }: PriceChartProps) {
  const ceiling = ceilingOf(type);
  const cap = Number(type.max_usd_per_hour);
  const top = (usd: number): number => 100 - (100 * usd) / ceiling;
  const count = launches.reduce((sum, marks) => sum + marks.length, 0);
  return (
    <div
      class="price-chart"
      role="img"
      aria-label={`Spot prices of ${type.instance_type} over the last 24 hours, under a cap of ${usdText(cap)}; ${counted(count, "machine")} launched`}
    >
      <div class="price-area">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path class="grid" d={`M0 0 H100 M0 ${top(ceiling / 2)} H100 M0 100 H100`} />
          <path class="cap" d={`M0 ${top(cap)} H100`} />
          {type.zones.map((zone, place) => (
            <path key={zone.zone} class={colourOf(place)} d={lineOf(stepsOf(zone, window), top)} />
          ))}
        </svg>
        {[ceiling, ceiling / 2].map((usd) => (
          <span key={usd} class="price-label faint" style={{ top: `${top(usd)}%` }}>
            {priceText(usd)}
          </span>
        ))}
        <span class="price-label cap-label" style={{ top: `${top(cap)}%` }}>
          cap {priceText(cap)}
        </span>
        {launches.flatMap((marks, place) =>
          marks.map(({ instanceId, left, usd }) => (
            <span
              key={instanceId}
              class={`launch-mark ${colourOf(place)}`}
              style={{ left: `${left}%`, top: `${top(usd)}%` }}
              title={`${instanceId} was launched at ${usdText(usd)} an hour`}
            />
          )),
        )}
      </div>
      <TimeAxis window={window} />
    </div>
  );
}

const priceText = (usd: number): string => `$${usd.toFixed(usd * 100 === Math.round(usd * 100) ? 2 : 3)}`;

function lineOf(steps: ReturnType<typeof stepsOf>, top: (usd: number) => number): string {
  const [first, ...later] = steps;
  if (first === undefined) return "";
  const changes = later.map(({ left, usd }) => `H${left} V${top(usd)}`);
  return [`M${first.left} ${top(first.usd)}`, ...changes, "H100"].join(" ");
}
