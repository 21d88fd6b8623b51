/** What a batch came to. */
import type { BatchView } from "../../shared/contract/api/api.ts";

/** @param folder where the audio lies */
export function receiptLines(batch: BatchView, folder: string): string[] {
  const { counts } = batch;
  const ended = (["failed", "canceled", "expired"] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`);
  return [
    `Receipt of ${batch.id}: ${batch.outcome ?? batch.status}`,
    `  items         ${[`${counts.succeeded} of ${counts.total} succeeded`, ...ended].join(", ")}`,
    `  audio         ${batch.audio_seconds.succeeded.toFixed(1)} s`,
    `  machines      ${batch.instances}, ${batch.cost.instance_seconds.toFixed(0)} instance-seconds, ${batch.interruptions} interruptions`,
    `  cost          ${batch.cost.accrued_usd} USD${batch.cost.final ? "" : " so far"}`,
    ...batch.cost.notes.map((note) => `                ${note}`),
    `  files         ${folder}`,
  ];
}
