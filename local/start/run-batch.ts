/** One batch from submit to receipt, as a user of the API makes it. */
import { join } from "node:path";
import type { ApiClient } from "../../cli/connection/api-client.ts";
import { ClipFolder } from "../../cli/clips/pull.ts";
import { toldByLine } from "../../cli/prompts/places.ts";
import { sendBatch } from "../../cli/send-batch.ts";
import { progressLines, progressSummary } from "../../cli/output/progress-view.ts";
import { receiptLines } from "../../cli/output/receipt.ts";
import type { BatchView } from "../../shared/contract/api/api.ts";
import type { Clock, Random } from "../../shared/ports.ts";
import type { Display } from "../../cli/output/display.ts";
import type { PromptsInput } from "./prompts.ts";

const pollMs = 700;
const downloadsAtOnce = 8;

export interface RunPorts {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly display: Display;
  /** When the program began, for the time to the first clip. */
  readonly startedMs: number;
}

/** @param outFolder the batch gets a folder of its own in it. */
export async function runBatch(
  input: PromptsInput,
  outFolder: string,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<BatchView> {
  const submittedMs = ports.clock.nowMs();
  const idempotencyKey = ports.random.ulid(submittedMs);
  const submitted = await toldByLine(input.places, () =>
    sendBatch(ports.client, input, idempotencyKey, { signal }),
  );
  ports.display.say(`Submitted ${submitted.counts.total} items as ${submitted.id}.`);
  const folder = join(outFolder, submitted.id);
  const clips = new ClipFolder(
    ports.client,
    { id: submitted.id, total: submitted.counts.total },
    { folder, atOnce: downloadsAtOnce },
  );
  const ended = await followToEnd(submitted, submittedMs, clips, ports, signal);
  const { without } = await clips.fetchNew(signal);
  ports.display.finish();
  for (const { index, outcome, detail } of without)
    ports.display.say(`  item ${index} ${outcome}: ${detail}`);
  ports.display.say(`\n${receiptLines(ended, folder).join("\n")}`);
  return ended;
}

async function followToEnd(
  submitted: BatchView,
  submittedMs: number,
  clips: ClipFolder,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<BatchView> {
  let fetched = 0;
  for (;;) {
    const [batch, capacity] = await Promise.all([
      ports.client.batch(submitted.id, signal),
      ports.client.capacity(signal),
    ]);
    const elapsedSeconds = (ports.clock.nowMs() - submittedMs) / 1000;
    ports.display.show(progressLines(batch, capacity, elapsedSeconds), progressSummary(batch, capacity));
    if (batch.counts.succeeded > fetched) {
      const [first] = (await clips.fetchNew(signal)).fetched;
      if (fetched === 0 && first !== undefined) sayFirstClip(first, ports);
      fetched = batch.counts.succeeded;
    }
    if (batch.ended_at !== null) return batch;
    await ports.clock.sleep(pollMs, signal);
  }
}

function sayFirstClip(path: string, { clock, startedMs, display }: RunPorts): void {
  const seconds = (clock.nowMs() - startedMs) / 1000;
  display.say(`The first clip can be played, ${seconds.toFixed(0)} s after the start: ${path}`);
}
