/** What the schema lets through, every later layer carries: the job message, SQS, the engine's protocol. */
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sqsClient } from "../../shared/aws/clients.ts";
import { SqsQueue } from "../../shared/aws/sqs/queue.ts";
import { checkRequest } from "../../shared/batch/submit/check-request.ts";
import { itemsOf } from "../../shared/batch/submit/clips.ts";
import { sendJobs } from "../../shared/batch/queue/job-messages.ts";
import type { BatchRecord } from "../../shared/contract/records/batch-records.ts";
import type { EngineCommand } from "../../shared/contract/engine-protocol.ts";
import { batchIdOf } from "../../shared/contract/ids.ts";
import { jobMessageSchema, messageText, type JobMessage } from "../../shared/contract/messages.ts";
import { promptSchema } from "../../shared/contract/api/parameters.ts";
import type { JobQueue } from "../../shared/ports.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { systemRandom } from "../../shared/system/system-random.ts";
import { settings } from "../unit/batch/world.ts";
import { someEstimate } from "../unit/billing/ledger-entry.ts";
import { region, useEmulatedAws } from "./emulated-aws.ts";

useEmulatedAws();
const root = join(import.meta.dirname, "..", "..");

/** What is a blank, a control, a half or no character to one layer or another. */
const troublesome = fc.constantFrom(
  ...Array.from(
    " \t\n\v\f\r\x00\x08\x1B\x1C\x1D\x1E\x1F\x7F\x80\x85\x9F\xA0\xAD\u1680\u180E\u2000\u200B\u200D",
  ),
  ...Array.from("\u2028\u2029\u202F\u205F\u2060\u2800\u3000\u3164\uD7FF\uE000\uFDD0\uFEFF\uFFFD\uFFFE\uFFFF"),
  ...Array.from("\\\"'<>&\u{1F3B5}\u{1FFFF}\u{10FFFF}"),
  "\ud83c",
  "\udfb5",
  "\ud83c\ud83c",
);
const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit, maxLength: 10 }),
  fc.string({ unit: troublesome, maxLength: 4 }),
  troublesome.map((character) => `lofi ${character} beat`),
  fc.string({ unit: "grapheme", minLength: 300, maxLength: 400 }),
);
const manyTexts = fc.array(anyText, { minLength: 100, maxLength: 400 });
const isTaken = (text: string): boolean => promptSchema.safeParse(text).success;

async function newQueue(): Promise<JobQueue> {
  const client = sqsClient(region);
  const name = `text-${systemRandom.ulid(systemClock.nowMs())}`;
  const { QueueUrl: url } = await client.send(new CreateQueueCommand({ QueueName: name }));
  return new SqsQueue({ client, url: url ?? "", clock: systemClock, random: systemRandom });
}

const batch: BatchRecord = {
  v: 1,
  id: batchIdOf("01KDVDNG00ZZZZZZZZZZZZZZZZ"),
  owner: "ada",
  name: null,
  model: "small",
  speed: "standard",
  priority: "normal",
  total: 1000,
  audio_seconds: 1,
  submitted_at: "2026-01-01T12:00:00.000Z",
  deadline_at: "2026-01-01T12:15:00.000Z",
  expires_at: null,
  max_cost_usd: null,
  estimate: someEstimate,
  upload_id: null,
  input_errors: null,
  retain_days: null,
  deleted_at: null,
  retry_of: null,
  webhook: null,
  metadata: {},
};

/** Through the job queue and back, in the order of the items. */
async function carried(queue: JobQueue, prompts: readonly string[]): Promise<readonly JobMessage[]> {
  const checked = checkRequest({ items: prompts.map((prompt) => ({ prompt })) }, settings);
  if (checked.kind === "invalid") throw new Error(JSON.stringify(checked.faults[0]));
  await sendJobs({ of: () => queue, deadLetters: queue }, batch, itemsOf(checked.clips, systemRandom), false);
  const received: JobMessage[] = [];
  for (;;) {
    const some = await queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 300 });
    if (some.length === 0) return received.sort((a, b) => a.index - b.index);
    received.push(...some.map(({ body }) => jobMessageSchema.parse(JSON.parse(body))));
  }
}

/** What the engine reads of the submit lines of these jobs: of each its prompt, or the fault it finds. */
function readByEngine(jobs: readonly JobMessage[]): readonly string[] {
  const script = `
import json, sys
from mgb_engine.io.channel import command_lines
from mgb_engine.io.protocol import BadLine, parse_line
for line in command_lines(sys.stdin.buffer):
    try:
        print(json.dumps(parse_line(line).prompt))
    except BadLine as error:
        print(json.dumps(f"FAULT {error}"))
`;
  const lines = jobs.map(({ prompt, seed, parameters }, index) => {
    const asked = { ...parameters, extend_stride: 18, output: { ...parameters.output, only_new: false } };
    const line: EngineCommand = {
      ...{ type: "submit", id: `${index}`, prompt, seed, ...asked },
      ...{ continue_from: null, resume: null },
    };
    return `${messageText(line)}\n`;
  });
  const python = spawnSync(join(root, ".venv", "bin", "python"), ["-c", script], {
    input: lines.join(""),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PYTHONPATH: join(root, "worker", "engine") },
  });
  expect(python.stderr).toBe("");
  return python.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as string);
}

test("every prompt that the schema accepts passes SQS and the engine unchanged", async () => {
  await fc.assert(
    fc.asyncProperty(manyTexts, async (texts) => {
      const prompts = texts.filter(isTaken);
      fc.pre(prompts.length > 0);
      const jobs = await carried(await newQueue(), prompts);
      expect(jobs.map(({ prompt }) => prompt)).toEqual(prompts);
      expect(readByEngine(jobs)).toEqual(prompts);
    }),
    { numRuns: 5, endOnFailure: true },
  );
});
