/** What an amount went to, as a bar as long as the amount. */
import { percentText, usdText } from "../../parts/numbers.ts";
import { shareOf, spentOn, type Worth } from "./worth.ts";

interface SpentBarProps {
  readonly name: string;
  readonly worth: Worth;
  /** Of the longest bar. */
  readonly mostUsd: number;
}

export function SpentBar({ name, worth, mostUsd }: SpentBarProps) {
  const parts = spentOn
    .map(([line, field]) => ({ line, usd: worth[field] }))
    .filter(({ usd }) => Number(usd) > 0);
  const text = parts
    .map(({ line, usd }) => `${line} ${percentText(shareOf(usd, worth.usd) ?? 0)}`)
    .join(", ");
  return (
    <div class="bar spent-bar" role="img" aria-label={`${name}: ${text || "nothing"}`}>
      {parts.map(({ line, usd }) => (
        <span
          key={line}
          class={`of-phase-${line}`}
          style={{ width: `${(100 * Number(usd)) / mostUsd}%` }}
          title={`${line} ${usdText(Number(usd))}`}
        />
      ))}
    </div>
  );
}
