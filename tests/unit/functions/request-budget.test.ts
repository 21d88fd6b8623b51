import type { SQSEvent } from "aws-lambda";
import { expect, test } from "vitest";
import { foldMessages } from "../../../functions/queues/fold-messages.ts";
import { openWork } from "../../../shared/batch/views/open-work.ts";
import { countsOf } from "../../../shared/batch/progress/progress.ts";
import { reconcile } from "../../../shared/batch/reconcile/reconcile.ts";
import { itemIdOf, type BatchId } from "../../../shared/contract/ids.ts";
import type { ItemEvent } from "../../../shared/contract/messages.ts";
import type { Faults } from "../../../simulation/memory/faults.ts";
import { advanced, finished, of, one, result, started } from "../batch/events.ts";
import { noonMs, progressOf, prompts, submitted, world, type World } from "../batch/world.ts";

/** What S3 and SQS bill as one request each; a LIST costs as much as a write. */
class Bill implements Faults {
  writes = 0;
  reads = 0;
  queueRequests = 0;
  isOpen = true;

  before(operation: string): void {
    if (!this.isOpen) return;
    if (["create", "replace", "put", "list"].includes(operation)) this.writes += 1;
    if (["get", "exists"].includes(operation)) this.reads += 1;
    if (["send", "receive", "extend", "depth"].includes(operation)) this.queueRequests += 1;
  }
}

const items = 1000;
const slots = 30;
const clipSeconds = 10;
/** As the event source of a cloud stage gathers messages before it calls fold (serverless.yml). */
const windowSeconds = 5;

const timeAt = (second: number): string => new Date(noonMs + second * 1000).toISOString();
const resultKey = (id: BatchId, index: number): string =>
  `batches/${id}/results/${String(index).padStart(6, "0")}.json`;

/** What one worker on a T4 tells in one second: three clips end, three begin, and every 15th second how far all are. */
function toldIn(id: BatchId, second: number): ItemEvent[] {
  const perSecond = slots / clipSeconds;
  const from = second * perSecond;
  const news = [
    ...between(from, from + perSecond).map((index) => started(index, second)),
    ...between(from - slots, from - slots + perSecond).map((index) => finished(index, second)),
    ...(second % 15 === 0
      ? between(from - slots + perSecond, from).map((index) => advanced(index, second, 9))
      : []),
  ];
  return news.map((event) => ({ ...of(id, event), at: timeAt(second) }));
}

/** The items of the batch with these indices. */
const between = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, n) => from + n).filter((index) => index >= 0 && index < items);

async function commitUnbilled(
  at: World,
  bill: Bill,
  id: BatchId,
  events: readonly ItemEvent[],
): Promise<void> {
  bill.isOpen = false;
  for (const { type, index } of events)
    if (type === "finished")
      await at.store.put(
        resultKey(id, index),
        JSON.stringify({ ...result(index), batch_id: id, item_id: itemIdOf(id, index) }),
      );
  bill.isOpen = true;
}

const delivery = (messages: readonly (readonly ItemEvent[])[]): SQSEvent =>
  ({
    Records: messages.map((events, n) => ({ messageId: `m${n}`, body: JSON.stringify({ v: 1, events }) })),
  }) as SQSEvent;

test("1,000 clips at a T4's pace cost the control plane 0.2 writes, 0.32 reads and 0.12 queue requests each", async () => {
  const bill = new Bill();
  const at = world(bill);
  const batch = await submitted(at, prompts(items));
  const fold = foldMessages(at);
  const waiting: (readonly ItemEvent[])[] = [];
  for (let second = 0; second < 360; second += 1) {
    const events = toldIn(batch.id, second);
    await commitUnbilled(at, bill, batch.id, events);
    if (events.length > 0) waiting.push(events);
    await at.clock.advance(1000);
    if (second % windowSeconds === 0 && waiting.length > 0) await fold(delivery(waiting.splice(0)));
    if (second % 60 === 0) await everyMinute(at);
  }
  bill.isOpen = false;
  expect(countsOf(await progressOf(at, batch))).toMatchObject({ succeeded: items });
  expect(bill.writes / items).toBeLessThanOrEqual(0.2);
  // 0.13 of them ask whether the owner has webhook endpoints.
  expect(bill.reads / items).toBeLessThanOrEqual(0.32);
  expect(bill.queueRequests / items).toBeLessThanOrEqual(0.12);
});

/** What the launcher and the reaper ask of a batch. */
async function everyMinute(at: World): Promise<void> {
  await openWork(at);
  const depth = await at.jobQueues.of("small", "standard").depth();
  await reconcile(
    at,
    {
      queueDepths: new Map([["small", depth]]),
      liveInstances: new Set([one]),
      nowMs: at.clock.nowMs(),
    },
    Infinity,
  );
}
