import { expect, test } from "vitest";
import { readResult } from "../../../../shared/batch/progress/batch-files.ts";
import { openWork } from "../../../../shared/batch/views/open-work.ts";
import { countsOf } from "../../../../shared/batch/progress/progress.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import { redrive } from "../../../../shared/batch/reconcile/redrive.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { PlannedFaults } from "../../../../simulation/memory/faults.ts";
import { QueueError, type JobQueue, type JobQueues } from "../../../../shared/ports.ts";
import { one } from "../events.ts";
import {
  jobsIn,
  progressOf,
  prompts,
  settings,
  storedItems,
  submitted,
  world,
  type World,
} from "../world.ts";

const minute = 60_000;

/** Queues that refuse whatever holds the word. */
function refusing(queues: JobQueues, word: string): JobQueues {
  const of = (model: string, tier: "fast" | "standard"): JobQueue => {
    const queue = queues.of(model, tier);
    return {
      ...bound(queue),
      send: async (messages) => {
        const bad = messages.flatMap(({ body }, place) => (body.includes(word) ? [place] : []));
        await queue.send(messages.filter((_, place) => !bad.includes(place)));
        return bad.map((place) => ({ place, code: "InvalidMessageContents", detail: "bad characters" }));
      },
    };
  };
  return { of, deadLetters: queues.deadLetters };
}
const bound = (queue: JobQueue): Omit<JobQueue, "send"> => ({
  receive: queue.receive.bind(queue),
  extend: queue.extend.bind(queue),
  delete: queue.delete.bind(queue),
  depth: queue.depth.bind(queue),
});

/** As a batch from before the schema refused it would lie there: the queue takes no such prompt. */
async function storePrompt(at: World, batch: BatchRecord, index: number, prompt: string): Promise<void> {
  const items = await storedItems(at, batch);
  const lines = items.map((item) => JSON.stringify(item.index === index ? { ...item, prompt } : item));
  await at.store.put(`batches/${batch.id}/items/0.jsonl`, lines.map((line) => `${line}\n`).join(""));
}
async function takeAll(at: World): Promise<void> {
  const queue = at.jobQueues.of("small", "standard");
  const taken = await queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 60 });
  await queue.delete(taken.map(({ receiptHandle }) => receiptHandle));
}
async function reconcileAfter(at: World, ms: number): Promise<void> {
  await at.clock.advance(ms);
  await reconcile(
    at,
    {
      queueDepths: new Map([["small", { visible: 0, inFlight: 0 }]]),
      liveInstances: new Set([one]),
      nowMs: at.clock.nowMs(),
    },
    Infinity,
  );
}

test("an item whose message the queue refuses ends as failed at the submit, and the others are queued", async () => {
  const at = world();
  const ports = { ...at, jobQueues: refusing(at.jobQueues, "prompt 1") };
  const batch = await submitted(ports as World, prompts(3));
  expect(jobsIn(at).map(({ index }) => index)).toEqual([0, 2]);
  expect(await readResult(at.store, batch.id, 1)).toMatchObject({
    outcome: "failed",
    error: {
      code: "undeliverable",
      detail: "the queue refuses the item's message: InvalidMessageContents: bad characters",
    },
  });
  expect(countsOf(await progressOf(at, batch))).toMatchObject({ queued: 2, failed: 1 });
  await reconcileAfter(at, minute);
  expect(jobsIn(at)).toHaveLength(2);
});

test("when all messages of a batch are refused, it has ended when the submit is answered", async () => {
  const at = world();
  const ports = { ...at, jobQueues: refusing(at.jobQueues, "prompt") };
  const batch = await submitted(ports as World, prompts(2));
  expect((await progressOf(at, batch)).ended_at).not.toBeNull();
  expect(await openWork(at)).toEqual([]);
});

test("the reconciler fails an old item that no queue takes, sends the others, and nothing waits for it", async () => {
  const at = world();
  const batch = await submitted(at, prompts(3));
  await storePrompt(at, batch, 1, "x".repeat(1_100_000));
  await takeAll(at);
  await reconcileAfter(at, 3 * minute);
  expect(jobsIn(at).map(({ index }) => index)).toEqual([0, 2]);
  expect(await readResult(at.store, batch.id, 1)).toMatchObject({
    error: {
      code: "undeliverable",
      detail:
        "the queue refuses the item's message: InvalidParameterValue: the message must be shorter than 1048576 bytes",
    },
  });
  expect((await openWork(at)).map(({ openItems }) => openItems)).toEqual([2]);
});

test("a dead letter whose item no queue takes any more ends as failed, with what its attempts took", async () => {
  const at = world();
  const batch = await submitted(at, prompts(1));
  const [letter] = jobsIn(at);
  const spent = [{ instance_id: one, gpu_seconds: 3 }];
  const attempts = { v: 1, failures: [], interruptions: 2, interrupted_steps: 90, spent };
  await at.store.put(`batches/${batch.id}/attempts/0.json`, JSON.stringify(attempts));
  await storePrompt(at, batch, 0, "x".repeat(1_100_000));
  const body = JSON.stringify(letter);
  expect(await redrive({ id: "m", body }, at, settings.worker)).toEqual({ kind: "failed" });
  expect(await readResult(at.store, batch.id, 0)).toMatchObject({
    error: { code: "undeliverable" },
    interruptions: 2,
    spent,
  });
});

test("a refusal that is not for the content fails no item: it is sent again later", async () => {
  const faults = new PlannedFaults().beforeNext("send", /small/, () => {
    throw new QueueError("AccessDenied");
  });
  const at = world(faults);
  const batch = await submitted(at, prompts(2));
  expect(countsOf(await progressOf(at, batch))).toMatchObject({ queued: 2, failed: 0 });
  await reconcileAfter(at, 3 * minute);
  expect(jobsIn(at).map(({ index }) => index)).toEqual([0, 1]);
});
