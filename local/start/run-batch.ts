/** One batch from submit to receipt, as a user of the API makes it. */
import { join } from "node:path";
import type { ApiClient } from "../../cli/connection/api-client.ts";
import { Downloader } from "../../cli/clips/download.ts";
import { progressLines, progressSummary } from "../../cli/output/progress-view.ts";
import { receiptLines } from "../../cli/output/receipt.ts";
import type { BatchView } from "../../shared/contract/api/api.ts";
import type { Clock, Random } from "../../shared/ports.ts";
import type { Display } from "../../cli/output/display.ts";
import type { PromptsRequest } from "./prompts.ts";

const pollMs = 700;

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
  request: PromptsRequest,
  outFolder: string,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<BatchView> {
  const submittedMs = ports.clock.nowMs();
  const idempotencyKey = ports.random.ulid(submittedMs);
  const submitted = await ports.client.submitBatch(request, idempotencyKey, signal);
  ports.display.say(`Submitted ${submitted.counts.total} items as ${submitted.id}.`);
  const folder = join(outFolder, submitted.id);
  const downloader = new Downloader(
    ports.client,
    { id: submitted.id, total: submitted.counts.total },
    folder,
  );
  const ended = await followToEnd(submitted, submittedMs, downloader, ports, signal);
  const { withoutAudio } = await downloader.fetchNew(signal);
  ports.display.finish();
  for (const failure of withoutAudio)
    ports.display.say(
      `  item ${failure.index} ${failure.outcome}: ${failure.error?.detail ?? "no reason given"}`,
    );
  ports.display.say(`\n${receiptLines(ended, folder).join("\n")}`);
  return ended;
}

async function followToEnd(
  submitted: BatchView,
  submittedMs: number,
  downloader: Downloader,
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
      const { files } = await downloader.fetchNew(signal);
      if (fetched === 0 && files[0] !== undefined) sayFirstClip(files[0], ports);
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
