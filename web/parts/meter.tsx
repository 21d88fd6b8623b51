/** How much of something is used. */
import { percentText } from "./numbers.ts";

interface MeterProps {
  readonly label: string;
  /** 0 to 1; what is more is shown as all. */
  readonly share: number;
}

export function Meter({ label, share }: MeterProps) {
  const percent = Math.min(100, Math.max(0, share * 100));
  return (
    <div
      class="bar"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={percentText(share)}
    >
      <span class={percent >= 90 ? "meter-full" : "meter"} style={{ width: `${percent}%` }} />
    </div>
  );
}
