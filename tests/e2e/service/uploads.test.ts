/** A batch of an upload, whose expansion is killed on its way. */
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, PurgeQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { BatchView } from "../../../shared/contract/api/api.ts";
import { expansionRecordSchema, type Expansion } from "../../../shared/contract/records/upload-records.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import { api, batch, cancel, cloud, noMachines, results, submitLines, tick, waitUntil } from "../world.ts";

const itemCount = 3000;
const aws = {
  endpoint: cloud.endpoints.aws,
  region: "eu-central-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};
const s3 = new S3Client({ ...aws, forcePathStyle: true });
const sqs = new SQSClient(aws);
afterAll(async () => {
  // The messages of canceled items would keep the machines of the tests that follow busy.
  const { QueueUrls = [] } = await sqs.send(
    new ListQueuesCommand({ QueueNamePrefix: "musicgen-batch-local-jobs" }),
  );
  for (const QueueUrl of QueueUrls) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  await noMachines();
  sqs.destroy();
  s3.destroy();
});

test("a batch whose expansion is killed has every item once in the end", async () => {
  const lines = Array.from({ length: itemCount }, (_, index) =>
    JSON.stringify({ custom_id: `clip-${index}`, prompt: `clip number ${index}`, duration_seconds: 1 }),
  );
  const { id } = await submitLines(lines, { speed: "economy" });
  await waitUntil("a part of the items to be stored", async () => hasBegun(await expansionOf(id)));
  for (const processId of expandProcesses()) process.kill(processId, "SIGKILL");
  expect((await expansionOf(id)).at).not.toBe("ended");
  await waitUntil("the next run to end", async () => {
    await tick("reap");
    return (await expansionOf(id)).at === "ended";
  });
  expect((await batch(id)).counts.total).toBe(itemCount);
  await cancel(id);
  const view = await waitUntil("the batch to end", async () => {
    const now = await batch(id);
    if (now.ended_at === null) await tick("reap");
    return now.ended_at !== null && now;
  });
  expect(view.outcome).toBe("canceled");
  expect(await endedIds(view)).toEqual(Array.from({ length: itemCount }, (_, index) => `clip-${index}`));
  // Its file is of no use any more, and another batch cannot be made of it.
  const again = await api("POST", "/v1/batches", { body: { upload_id: view.metadata["upload"] } });
  expect(again.status).toBe(409);
});

/** A bad line queues nothing, and the batch tells all of them. */
test("an upload with bad lines ends as invalid, with the faults by line", async () => {
  const lines = ['{"prompt":"a calm piano"}', '{"prompt":""}', '{"promt":"drums"}', ""];
  const { id } = await submitLines(lines, { speed: "economy" });
  const view = await waitUntil("the batch to end", async () => {
    const now = await batch(id);
    return now.ended_at !== null && now;
  });
  expect(view.outcome).toBe("invalid");
  expect(view.counts.total).toBe(0);
  expect(view.input_errors?.first.map(({ line, pointer }) => [line, pointer])).toEqual([
    [2, "/prompt"],
    [3, "/prompt"],
    [3, "/promt"],
  ]);
});

async function expansionOf(id: BatchView["id"]): Promise<Expansion> {
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: cloud.bucket, Key: batchKeys.expansion(id) }),
  );
  return expansionRecordSchema.parse(JSON.parse((await Body?.transformToString()) ?? "")).state;
}

const hasBegun = (state: Expansion): boolean =>
  state.at === "checking" ? state.chunks > 0 : state.at === "queueing";

/** The processes that run the expand function of this cloud. */
const expandProcesses = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((processId) => {
      const variables = environmentOf(processId);
      return (
        variables.includes("AWS_LAMBDA_FUNCTION_NAME=musicgen-batch-local-expand") &&
        variables.includes(`AWS_ENDPOINT_URL=${cloud.endpoints.aws}`)
      );
    });

function environmentOf(processId: number): readonly string[] {
  try {
    return readFileSync(`/proc/${processId}/environ`, "utf8").split("\0");
  } catch {
    // It has ended, or it is another user's.
    return [];
  }
}

/** Of all results, in their order. */
async function endedIds({ id }: BatchView): Promise<(string | null)[]> {
  const ids: (string | null)[] = [];
  for (let from = 0; from < itemCount; from += 1000)
    ids.push(...(await results(id, from)).map(({ custom_id }) => custom_id));
  return ids;
}
