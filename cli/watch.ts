/** Follows a batch to its end: a live view for a person, a line at each change for a program. */
import type { BatchView } from "../shared/contract/api/api.ts";
import type { BatchId } from "../shared/contract/ids.ts";
import type { ApiClient } from "./connection/api-client.ts";
import type { Cli, CommonOptions } from "./cli.ts";
import { displayFor } from "./output/display.ts";
import { type ExitCode, exitCodeOfBatch, exitCodes } from "./exit-codes.ts";
import { progressLines, progressSummary } from "./output/progress-view.ts";

const pollMs = 2_000;

export interface WatchOptions extends CommonOptions {
  /** In seconds. */
  readonly timeout?: number;
}

export async function watchBatch(
  cli: Cli,
  client: ApiClient,
  id: BatchId,
  options: WatchOptions,
): Promise<ExitCode> {
  try {
    return await follow(cli, client, id, options);
  } catch (error) {
    if (!cli.around.signal.aborted) throw error;
    cli.say(`\nThe batch goes on. Cancel it: mgb cancel ${id}`);
    return exitCodes.interrupted;
  }
}

async function follow(cli: Cli, client: ApiClient, id: BatchId, options: WatchOptions): Promise<ExitCode> {
  const { clock, signal } = cli.around;
  const show = viewFor(cli, client, options);
  const endMs = clock.nowMs() + (options.timeout ?? Infinity) * 1000;
  let etag: string | null = null;
  let batch: BatchView | null = null;
  for (;;) {
    const changed = await client.changedBatch(id, etag, signal);
    if (changed !== null) ({ batch, etag } = changed);
    if (batch !== null) {
      await show(batch, changed !== null);
      const ended = endOf(cli, batch);
      if (ended !== null) return ended;
    }
    if (clock.nowMs() >= endMs) {
      cli.say(
        `Not ended after ${options.timeout ?? 0} s; the batch goes on. Watch it again: mgb watch ${id}`,
      );
      return exitCodes.timedOut;
    }
    await clock.sleep(Math.min(pollMs, Math.max(0, endMs - clock.nowMs())), signal);
  }
}

/** @returns null while it is worth to wait for it */
function endOf(cli: Cli, batch: BatchView): ExitCode | null {
  if (batch.ended_at !== null) return exitCodeOfBatch(batch);
  if (batch.counts.running > 0) return null;
  const reason = batch.waiting_reason?.reason;
  if (reason === "budget_batch") {
    cli.say(
      `The batch has reached its max_cost_usd and waits. Raise it: mgb api POST /v1/batches/${batch.id}/budget --data '{"max_cost_usd":"…"}'`,
    );
    return exitCodes.overBudget;
  }
  if (reason === "latch") {
    cli.say("The service was stopped, and the batch waits. An operator starts it again: mgb start");
    return exitCodes.limited;
  }
  return null;
}

type Show = (batch: BatchView, isChanged: boolean) => Promise<void>;

function viewFor(cli: Cli, client: ApiClient, options: WatchOptions): Show {
  const { out, clock, signal } = cli.around;
  if (cli.wantsJson(options))
    return (batch, isChanged) => {
      if (isChanged) out.write(`${JSON.stringify(batch)}\n`);
      return Promise.resolve();
    };
  const display = displayFor(out);
  return async (batch) => {
    const capacity = await client.capacity(signal);
    const elapsedSeconds = (clock.nowMs() - Date.parse(batch.submitted_at)) / 1000;
    display.show(progressLines(batch, capacity, elapsedSeconds), progressSummary(batch, capacity));
    if (batch.ended_at !== null) display.finish();
  };
}
