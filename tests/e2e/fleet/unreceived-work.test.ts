/** Work that is in no queue, as a batch of an older version may have left it: its prompt was refused by SQS. */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PurgeQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, expect, test } from "vitest";
import { S3Store } from "../../../shared/aws/s3/store.ts";
import { submitBatch } from "../../../shared/batch/submit/submit.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import { MemoryQueue } from "../../../simulation/memory/memory-queue.ts";
import { MemoryJobQueues } from "../../../simulation/memory/memory-job-queues.ts";
import { RecordingLog } from "../../../simulation/memory/recording-log.ts";
import { StoreClock } from "../../../shared/system/store-clock.ts";
import { systemClock } from "../../../shared/system/system-clock.ts";
import { systemRandom } from "../../../shared/system/system-random.ts";
import { noiseStage } from "../noise-stage.ts";
import {
  batch,
  clips,
  cloud,
  control,
  ended,
  minutesLater,
  noMachines,
  nowMs,
  results,
  tick,
  waitUntil,
} from "../world.ts";

const s3 = new S3Client({
  endpoint: cloud.endpoints.aws,
  region: "eu-central-1",
  forcePathStyle: true,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
const root = new URL("../../..", import.meta.url).pathname;

afterAll(async () => {
  await noMachines();
  s3.destroy();
});

/** Change a stored text, past all schemas. */
async function rewrite(key: string, change: (text: string) => string): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: cloud.bucket, Key: key }));
  const text = (await Body?.transformToString()) ?? "";
  await s3.send(new PutObjectCommand({ Bucket: cloud.bucket, Key: key, Body: change(text) }));
}

/** A batch whose messages went nowhere. @returns its id */
async function batchInNoQueue(): Promise<string> {
  const settings = noiseStage(root);
  const clock = new StoreClock(systemClock);
  const store = new S3Store({ client: s3, bucket: cloud.bucket, clock, random: systemRandom });
  const ports = {
    store,
    clock,
    random: systemRandom,
    log: new RecordingLog(),
    webhooks: new MemoryQueue({ clock }),
    jobQueues: new MemoryJobQueues({ clock, models: settings.models.map(({ id }) => id) }),
    launcher: { trigger: () => Promise.resolve() },
    expander: { expand: () => Promise.resolve() },
    resolve: () => Promise.resolve([]),
  };
  const body = { speed: "fast", reuse: false, items: clips(2, 1) };
  const answer = await submitBatch({ body, owner: "local", idempotency: null }, ports, settings);
  if (answer.kind !== "accepted") throw new Error(`expected the batch to be taken, got ${answer.kind}`);
  return answer.batch.id;
}

/** What is left of canceled batches would be a message that a machine receives. */
async function emptyQueues(): Promise<void> {
  const sqs = new SQSClient({
    endpoint: cloud.endpoints.aws,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  for (const tier of ["jobs-fast", "jobs", "jobs-bulk"]) {
    const QueueUrl = `${cloud.endpoints.aws}/000000000000/musicgen-batch-local-${tier}-tiny-random`;
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  }
  sqs.destroy();
}

async function launchedMachines(): Promise<number> {
  const { machines } = (await control("/bill")) as { machines: readonly unknown[] };
  return machines.length;
}

test("a batch with U+FFFF in no queue gets two machines, then a reason that names it, and is made when it is sent", async () => {
  await noMachines();
  await emptyQueues();
  const before = await launchedMachines();
  const id = await batchInNoQueue();
  await rewrite(batchKeys.items(id as never, 0), (text) =>
    text.replace("clip number 1", "clip number \uffff"),
  );
  // The reconciler leaves it alone for as long as the test looks at the launcher.
  const later = new Date(nowMs() + 3_600_000).toISOString();
  const progress = batchKeys.progress(id as never);
  await rewrite(progress, (text) => JSON.stringify({ ...(JSON.parse(text) as object), sent_at: later }));

  const waiting = await waitUntil("the hold", async () => {
    await tick("reap");
    await tick("launch");
    const view = await batch(id);
    return view.waiting_reason?.reason === "no_messages" && view;
  });
  expect(waiting.waiting_reason?.detail).toContain(id);
  expect(await launchedMachines()).toBe(before + 2);
  await noMachines();
  for (let look = 0; look < 3; look += 1) await tick("launch");
  expect(await launchedMachines()).toBe(before + 2);

  await rewrite(progress, (text) => JSON.stringify({ ...(JSON.parse(text) as object), sent_at: null }));
  // The reconciler leaves a batch alone for two minutes after its submit.
  minutesLater(2);
  const { counts } = await waitUntil("it to be sent and made", async () => {
    await tick("reap");
    await tick("launch");
    const view = await batch(id);
    return view.ended_at !== null && view;
  });
  expect(counts).toMatchObject({ total: 2, queued: 0, running: 0 });
  expect((await results(id)).map(({ outcome }) => outcome)).toEqual(["succeeded", "succeeded"]);
  expect((await ended(id)).outcome).toBe("succeeded");
});
