import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { sqsClient } from "../../shared/aws/clients.ts";
import { SqsJobQueues } from "../../shared/aws/sqs/job-queues.ts";
import { SqsQueue } from "../../shared/aws/sqs/queue.ts";
import { MemoryJobQueues } from "../../simulation/memory/memory-job-queues.ts";
import { MemoryQueue } from "../../simulation/memory/memory-queue.ts";
import { VirtualClock } from "../../simulation/memory/virtual-clock.ts";
import { byTier } from "../../shared/contract/tiers.ts";
import type { JobQueues } from "../../shared/ports.ts";
import { QueueError } from "../../shared/ports.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { systemRandom } from "../../shared/system/system-random.ts";
import { region, useEmulatedAws } from "./emulated-aws.ts";
import type { QueueUnderTest } from "./job-queue.ts";
import { describeJobQueue } from "./job-queue.ts";

useEmulatedAws();
const real = { clock: systemClock, random: systemRandom };

describeJobQueue("memory", () => {
  const clock = new VirtualClock();
  const underTest: QueueUnderTest = {
    queue: new MemoryQueue({ clock }),
    pass: (seconds) => clock.advance(seconds * 1000),
    finish: (call) => clock.runUntil(call),
  };
  return Promise.resolve(underTest);
});

async function emulatedQueue(): Promise<QueueUnderTest> {
  const client = sqsClient(region);
  const name = `contract-${systemRandom.ulid(systemClock.nowMs())}`;
  const { QueueUrl: url } = await client.send(new CreateQueueCommand({ QueueName: name }));
  if (url === undefined) throw new Error("expected a queue's URL");
  return {
    queue: new SqsQueue({ ...real, client, url }),
    pass: (seconds) => systemClock.sleep(seconds * 1000),
    finish: (call) => call,
  };
}
describeJobQueue("SQS on MiniStack", emulatedQueue, {
  leaseThatRanOut: "MiniStack hides the message again, where SQS answers MessageNotInflight",
});

const urlsOf = (name: string) => byTier((tier) => `http://queues/${name}-${tier}`);
test.each<[name: string, queues: JobQueues]>([
  ["memory", new MemoryJobQueues({ clock: new VirtualClock(), models: ["small", "large"] })],
  [
    "SQS",
    new SqsJobQueues(
      { small: urlsOf("small"), large: urlsOf("large") },
      "http://queues/dead-letters",
      (url) => new SqsQueue({ ...real, client: sqsClient(region), url }),
    ),
  ],
])(
  "job queues in %s: one for each model and tier, one for dead letters, and none for a model that is not served",
  (_name, queues) => {
    const all = ["small", "large"].flatMap((model) => [
      queues.of(model, "fast"),
      queues.of(model, "standard"),
      queues.of(model, "bulk"),
    ]);
    expect(new Set([...all, queues.deadLetters]).size).toBe(7);
    expect(queues.of("small", "fast")).toBe(all[0]);
    expect(() => queues.of("medium", "fast")).toThrow(RangeError);
  },
);

test("a queue that is not there is an error, never an empty queue", async () => {
  const url = `${process.env["AWS_ENDPOINT_URL"] ?? ""}/000000000000/contract-no-such-queue`;
  const queue = new SqsQueue({ ...real, client: sqsClient(region), url });
  await expect(queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 30 })).rejects.toThrow(QueueError);
  await expect(queue.send([{ body: "job" }])).rejects.toThrow(QueueError);
  await expect(queue.depth()).rejects.toThrow(QueueError);
});
