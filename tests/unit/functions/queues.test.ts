import type { SQSEvent } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { foldMessages } from "../../../functions/queues/fold-messages.ts";
import { countsOf } from "../../../shared/batch/progress/progress.ts";
import type { ItemEvent } from "../../../shared/contract/messages.ts";
import { PlannedFaults } from "../../../simulation/memory/faults.ts";
import { StoreError } from "../../../shared/ports.ts";
import { finished, of, started } from "../batch/events.ts";
import { manyBatches, slowWorld } from "../batch/slow-world.ts";
import { progressOf, submitted, world } from "../batch/world.ts";

const delivery = (...bodies: string[]): SQSEvent => ({
  Records: bodies.map((body, place) => ({
    messageId: `m${place}`,
    receiptHandle: `r${place}`,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "0",
      SenderId: "s",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:queue",
    awsRegion: "eu-central-1",
  })),
});
const message = (...events: ItemEvent[]): string => JSON.stringify({ v: 1, events });
const noAnswer = () => {
  throw new StoreError("no answer", "key", { cause: null });
};

describe("fold", () => {
  test("of 1,000 batches in one delivery folds what there is time for, and gives the others' messages back", async () => {
    const { at, slow } = slowWorld();
    const batches = await manyBatches(at);
    slow.requestMs = 500;
    const beganMs = at.clock.nowMs();
    const bodies = batches.map(({ id }) => message(of(id, started(0, 2))));
    const { batchItemFailures: again } = await at.clock.runUntil(foldMessages(at)(delivery(...bodies)));
    expect(at.clock.nowMs() - beganMs).toBeLessThan(20_000);
    slow.requestMs = 0;
    const running = await Promise.all(
      batches.map(async (batch) => countsOf(await progressOf(at, batch)).running),
    );
    const folded = running.filter((count) => count === 1).length;
    expect(folded).toBeGreaterThan(400);
    expect(again.length).toBeGreaterThan(100);
    expect(folded + again.length).toBe(batches.length);
  });

  test("folds a delivery's messages together, whatever message an event came in", async () => {
    const at = world();
    const { id, ...batch } = await submitted(at);
    const response = await foldMessages(at)(
      delivery(message(of(id, finished(0, 9))), message(of(id, started(0, 2)), of(id, started(1, 3)))),
    );
    expect(response).toEqual({ batchItemFailures: [] });
    expect(countsOf(await progressOf(at, { id, ...batch }))).toMatchObject({
      succeeded: 1,
      running: 1,
      queued: 1,
    });
  });

  test("drops and logs an unknown message, and folds the rest", async () => {
    const at = world();
    const batch = await submitted(at);
    const response = await foldMessages(at)(
      delivery("{", '{"v":2,"events":[]}', message(of(batch.id, started(0, 2)))),
    );
    expect(response).toEqual({ batchItemFailures: [] });
    expect(at.log.entries.map(({ level, fields }) => [level, fields["messageId"]])).toEqual([
      ["error", "m0"],
      ["error", "m1"],
    ]);
    expect(countsOf(await progressOf(at, batch)).running).toBe(1);
  });

  test("gives back only the messages of a batch that could not be written", async () => {
    const faults = new PlannedFaults();
    const at = world(faults);
    const first = await submitted(at);
    const second = await submitted(at);
    faults.beforeNext("get", new RegExp(`${first.id}/progress`), noAnswer);
    const response = await foldMessages(at)(
      delivery(message(of(second.id, started(0, 2))), message(of(first.id, started(0, 2)))),
    );
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(countsOf(await progressOf(at, second)).running).toBe(1);
  });
});
