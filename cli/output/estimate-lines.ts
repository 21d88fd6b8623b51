import type { BatchCheckView } from "../../shared/contract/api/api.ts";
import { secondsText } from "./words.ts";
import { counted } from "../../shared/contract/sentences.ts";

export function estimateLines({
  model,
  speed,
  items,
  audio_seconds,
  estimate,
}: BatchCheckView): readonly string[] {
  const { usd, seconds, basis } = estimate;
  const pace = basis.measured ? "measured on machines" : "a guess of the configuration";
  return [
    `${counted(items, "item")}, ${audio_seconds} s of audio by ${model}, ${speed}`,
    `  cost   ${usd.low} to ${usd.high} USD (estimate)`,
    `  time   ${secondsText(seconds.low)} to ${secondsText(seconds.high)}, without waiting for capacity (estimate)`,
    `  pace   ${basis.audio_seconds_per_second} s of audio a second, ${pace}`,
  ];
}
