/** The worker's own program, as a machine starts it, on the emulator's S3 and SQS. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { expect, inject, onTestFinished, test } from "vitest";
import { s3Client, sqsClient } from "../../shared/aws/clients.ts";
import { S3Store } from "../../shared/aws/s3/store.ts";
import { SqsQueue } from "../../shared/aws/sqs/queue.ts";
import { resultRecordSchema } from "../../shared/contract/records/batch-records.ts";
import { workerRecordSchema } from "../../shared/contract/records/fleet-records.ts";
import { batchIdOf, instanceIdSchema } from "../../shared/contract/ids.ts";
import { batchKeys, fleetKeys } from "../../shared/contract/records/keys.ts";
import type { JobMessage } from "../../shared/contract/messages.ts";
import { eventsMessageSchema } from "../../shared/contract/messages.ts";
import { defaultParameters } from "../../shared/contract/api/parameters.ts";
import type { WorkerConfig } from "../../shared/contract/worker-config.ts";
import { readRecord } from "../../shared/records/records.ts";
import { StoreClock } from "../../shared/system/store-clock.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { systemRandom } from "../../shared/system/system-random.ts";
import { serveMetadata } from "../unit/agent/lifecycle/metadata-server.ts";
import { region, useEmulatedAws } from "./emulated-aws.ts";

const root = join(import.meta.dirname, "..", "..");
const batchId = batchIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ");
const instanceId = instanceIdSchema.parse("i-0aaaaaaaaaaaaa001");
const real = { clock: systemClock, random: systemRandom };

useEmulatedAws();

async function makeStage() {
  const name = `worker-${randomUUID().slice(0, 8)}`;
  await s3Client(region).send(new CreateBucketCommand({ Bucket: name }));
  const client = sqsClient(region);
  const makeQueue = async (suffix: string): Promise<SqsQueue & { readonly url: string }> => {
    const made = await client.send(new CreateQueueCommand({ QueueName: `${name}-${suffix}` }));
    const url = made.QueueUrl ?? "";
    return Object.assign(new SqsQueue({ ...real, client, url }), { url });
  };
  const [fast, standard, bulk, events] = [
    await makeQueue("fast"),
    await makeQueue("slow"),
    await makeQueue("bulk"),
    await makeQueue("events"),
  ];
  const config: WorkerConfig = {
    stage: "test",
    region,
    bucket: name,
    events_queue_url: events.url,
    models: [
      {
        id: "tiny-random",
        source: "tiny-random",
        queue_urls: { fast: fast.url, standard: standard.url, bulk: bulk.url },
      },
    ],
    visibility_seconds: 30,
    heartbeat_seconds: 1,
    interruption_poll_seconds: 1,
    idle_exit_seconds: 0,
    max_lifetime_seconds: 600,
    waits_to_be_taken: true,
    max_failures_per_item: 3,
    max_interruptions_per_item: 20,
  };
  return {
    config,
    store: new S3Store({
      ...real,
      clock: new StoreClock(systemClock),
      client: s3Client(region),
      bucket: name,
    }),
    standard,
    events,
  };
}

const message = (index: number): JobMessage => ({
  v: 1,
  batch_id: batchId,
  owner: "us",
  model: "tiny-random",
  speed: "standard",
  submitted_at: "2026-01-01T00:00:00Z",
  deadline_at: "2026-01-01T00:15:00Z",
  expires_at: null,
  resent: false,
  index,
  reuse: false,
  custom_id: null,
  prompt: "a calm piano",
  seed: 1,
  parameters: defaultParameters,
});

/** Start the program with this configuration as its machine's user data. */
async function runWorker(
  config: WorkerConfig,
  tags: Readonly<Record<string, string>> = {},
): Promise<{ exited: Promise<number | null>; disk: string }> {
  const metadataUrl = await serveMetadata({
    "/latest/user-data": `#!/usr/bin/env bash\n#mgb-worker ${JSON.stringify(config)}\n`,
    "/latest/meta-data/instance-id": instanceId,
    "/latest/meta-data/placement/availability-zone": "eu-central-1b",
    "/latest/meta-data/tags/instance/mgb:model": "tiny-random",
    ...tags,
  });
  const disk = mkdtempSync(join(tmpdir(), "mgb-disk-"));
  const engine = [process.execPath, join(root, "tests/unit/agent/engine/fake-engine-process.ts")];
  const child = spawn(process.execPath, [join(root, "worker/agent/main.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: inject("emulatorUrl"),
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadataUrl,
      MGB_ENGINE_COMMAND: JSON.stringify(engine),
      TMPDIR: disk,
    },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(disk, { recursive: true, force: true });
  });
  return { disk, exited: new Promise((resolve) => child.on("exit", resolve)) };
}

test("the worker's program makes its jobs, commits and reports them, and leaves nothing on its disk", async () => {
  const { config, store, standard, events } = await makeStage();
  await standard.send([0, 1, 2].map((index) => ({ body: JSON.stringify(message(index)) })));
  const { exited, disk } = await runWorker(config);
  expect(await exited).toBe(0);

  for (const index of [0, 1, 2]) {
    const result = await readRecord(store, batchKeys.result(batchId, index), resultRecordSchema);
    expect(result?.value).toMatchObject({ outcome: "succeeded", instance_id: instanceId });
    expect((await store.get(result?.value.audio?.key ?? ""))?.body).toBe("audio of a calm piano");
  }
  expect(await standard.depth()).toEqual({ visible: 0, inFlight: 0 });
  const worker = await readRecord(store, fleetKeys.worker(instanceId), workerRecordSchema);
  expect(worker?.value).toMatchObject({
    state: "leaving",
    reason: "idle",
    zone: "eu-central-1b",
    items_finished: 3,
  });
  const told = await events.receive({ max: 10, waitSeconds: 1, visibilitySeconds: 30 });
  const types = told.flatMap(({ body }) => eventsMessageSchema.parse(JSON.parse(body)).events);
  expect(types.filter(({ type }) => type === "finished")).toHaveLength(3);
  expect(existsSync(disk) && readdirSync(disk)).toEqual([]);
});

test("the worker's program is ended by force when its machine's time is over", async () => {
  const { config } = await makeStage();
  const expired = { "/latest/meta-data/tags/instance/mgb:expires-at": "2026-01-01T00:00:00Z" };
  const { exited } = await runWorker({ ...config, idle_exit_seconds: 600 }, expired);
  expect(await exited).toBeNull();
});
