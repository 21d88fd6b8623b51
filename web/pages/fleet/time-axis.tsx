/** The times under what is drawn over time. */
import { placeIn, ticksOf, type TimeWindow } from "./time-window.ts";

const mostTicks = 6;
const minuteMs = 60_000;

export function TimeAxis({ window }: { readonly window: TimeWindow }) {
  const offsetMs = new Date(window.toMs).getTimezoneOffset() * minuteMs;
  return (
    <div class="time-axis" aria-hidden="true">
      {ticksOf(window, mostTicks, offsetMs).map((ms) => {
        const left = placeIn(window, ms, ms)?.left ?? 0;
        return (
          <span key={ms} class={left > 88 ? "from-right" : undefined} style={{ left: `${left}%` }}>
            {clockText(ms)}
          </span>
        );
      })}
    </div>
  );
}

const clockText = (ms: number): string =>
  new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
