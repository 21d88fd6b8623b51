/** A batch, or one of its items, on one screen. */
import type { BatchView, ItemView } from "../../shared/contract/api/api.ts";
import type { ContinueFrom } from "../../shared/contract/api/continuation.ts";
import { counted } from "../../shared/contract/sentences.ts";
import { countsText, percentText } from "./words.ts";

const line = (name: string, value: string): string => `  ${name.padEnd(12)} ${value}`;

export function batchLines(batch: BatchView): readonly string[] {
  const { cost, waiting_reason: waits } = batch;
  return [
    `${batch.id}: ${batch.outcome ?? batch.status}${batch.name === null ? "" : ` (${batch.name})`}`,
    line("items", `${countsText(batch.counts)}, of ${batch.counts.total}`),
    line("progress", percentText(batch.progress)),
    line("audio", `${batch.audio_seconds.succeeded} of ${batch.audio_seconds.total} s`),
    line("model", `${batch.model}, ${batch.speed}`),
    ...(batch.priority === "normal" ? [] : [line("priority", batch.priority)]),
    ...faultLines(batch),
    ...(waits === null ? [] : [line("waits for", `${waits.detail} (${waits.reason})`)]),
    line("cost", `${cost.accrued_usd} USD${cost.max_usd === null ? "" : ` of ${cost.max_usd}`}`),
    ...(cost.estimate === null
      ? []
      : [line("estimated", `${cost.estimate.usd.low} to ${cost.estimate.usd.high} USD`)]),
    line("submitted", batch.submitted_at),
    line(batch.ended_at === null ? "due" : "ended", batch.ended_at ?? batch.deadline_at),
  ];
}

/** Why an upload is invalid. */
function faultLines({ input_errors }: BatchView): readonly string[] {
  if (input_errors === null) return [];
  const { count, first } = input_errors;
  return [
    line("faults", counted(count, "fault")),
    ...first.map((fault) => `    line ${fault.line}${fault.pointer}: ${fault.detail}`),
    ...(count > first.length ? [`    and ${count - first.length} more`] : []),
  ];
}

export function itemLines(item: ItemView): readonly string[] {
  const { id, status, prompt, seed, parameters, continue_from, attempts, result } = item;
  return [
    `${id}: ${status}`,
    line("prompt", prompt),
    line("seed", String(seed)),
    line("duration", `${parameters.duration_seconds} s`),
    ...(continue_from === undefined ? [] : [line("continues", continuedText(continue_from))]),
    ...attempts.failures.map(({ code, detail }) => line("failed try", `${code}: ${detail}`)),
    ...(attempts.interruptions > 0 ? [line("interrupted", interruptedText(attempts))] : []),
    ...(result?.error ? [line("error", `${result.error.code}: ${result.error.detail}`)] : []),
    ...(result?.audio ? [line("audio", `${result.audio.format}, ${result.audio.bytes} bytes`)] : []),
    ...(result?.reused_from ? [line("reused from", result.reused_from)] : []),
    ...(result?.audio && result.licence !== null ? [line("licence", result.licence)] : []),
  ];
}

const interruptedText = ({ interruptions, interrupted_steps }: ItemView["attempts"]): string =>
  `${counted(interruptions, "time")}, after ${counted(interrupted_steps, "step")}`;

function continuedText({ item_id, upload_id, start = 0, end }: ContinueFrom): string {
  if (item_id !== undefined) return `item ${item_id}`;
  return `upload ${upload_id ?? ""}, ${start} s to ${end === undefined ? "its end" : `${end} s`}`;
}
