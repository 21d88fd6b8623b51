import { parseStageConfig, type StageConfig } from "../../../shared/config.ts";
import type { BatchRequest } from "../../../shared/contract/api/batch-request.ts";
import type { BatchRecord, ItemRecord } from "../../../shared/contract/records/batch-records.ts";
import { tiers, type Tier } from "../../../shared/contract/tiers.ts";
import { stopIdOf } from "../../../shared/contract/ids.ts";
import type { LatchRecord } from "../../../shared/contract/records/fleet-records.ts";
import { jobMessageSchema, type JobMessage } from "../../../shared/contract/messages.ts";
import { readProgress } from "../../../shared/batch/progress/batch-files.ts";
import { submitBatch } from "../../../shared/batch/submit/submit.ts";
import { PlannedFaults, type Faults } from "../../../simulation/memory/faults.ts";
import { MemoryExpander } from "../../../simulation/memory/memory-expander.ts";
import { MemoryJobQueues } from "../../../simulation/memory/memory-job-queues.ts";
import { MemoryLauncherTrigger } from "../../../simulation/memory/memory-launcher-trigger.ts";
import { MemoryQueue } from "../../../simulation/memory/memory-queue.ts";
import { MemoryStore } from "../../../simulation/memory/memory-store.ts";
import { RecordingLog } from "../../../simulation/memory/recording-log.ts";
import { SeededRandom } from "../../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";

export const settings: StageConfig = parseStageConfig(
  JSON.stringify({
    region: "eu-central-1",
    bucket: "bucket",
    ami_id: "ami-00000000000000001",
    zones: ["eu-central-1a"],
    models: [
      {
        id: "small",
        display_name: "Small",
        source: "small",
        licence: "CC-BY-NC-4.0",
        audio_seconds_per_gpu_second: 28,
        max_duration_seconds: 30,
      },
      {
        id: "large",
        display_name: "Large",
        source: "large",
        licence: "CC-BY-NC-4.0",
        audio_seconds_per_gpu_second: 3,
        max_duration_seconds: 20,
      },
    ],
    limits: { queued_items: 2000 },
    budgets: { day_usd: 5, month_usd: 50 },
    speeds: {},
    worker: {},
  }),
  "the tests' settings",
);

/** 2026-01-01T12:00:00Z */
export const noonMs = Date.UTC(2026, 0, 1, 12);

/** The batch domain on ports in memory, at noon. */
export function world(faults: Faults = new PlannedFaults()) {
  const clock = new VirtualClock(noonMs);
  return {
    clock,
    random: new SeededRandom(1),
    store: new MemoryStore({ clock, faults }),
    jobQueues: new MemoryJobQueues({ clock, models: settings.models.map(({ id }) => id), faults }),
    resolve: () => Promise.resolve(["93.184.215.14"]),
    webhooks: new MemoryQueue({ clock, name: "webhooks", faults }),
    launcher: new MemoryLauncherTrigger({ faults }),
    expander: new MemoryExpander({ faults }),
    log: new RecordingLog(),
    /** Nothing of a batch depends on them. */
    spotPrices: { history: () => Promise.resolve([]) },
  };
}
export type World = ReturnType<typeof world>;

export const prompts = (count: number): BatchRequest => ({
  items: Array.from({ length: count }, (_, index) => ({ prompt: `prompt ${index}` })),
});

/** @throws Error when it is not taken. */
export async function submitted(at: World, body: unknown = prompts(3), owner = "ada"): Promise<BatchRecord> {
  const result = await submitBatch({ body, owner, idempotency: null }, at, settings);
  if (result.kind !== "accepted") throw new Error(`not accepted: ${JSON.stringify(result)}`);
  return result.batch;
}

/** @param tier absent: all of the model's queues */
export const jobsIn = (at: World, model = "small", tier?: Tier): JobMessage[] =>
  (tier === undefined ? tiers : [tier])
    .flatMap((one) => at.jobQueues.of(model, one).contents())
    .map(({ body }) => jobMessageSchema.parse(JSON.parse(body)));

export async function allKeys(at: World): Promise<readonly string[]> {
  return (await at.store.list("")).objects.map(({ key }) => key);
}

export async function storedItems(at: World, batch: BatchRecord): Promise<readonly ItemRecord[]> {
  const object = await at.store.get(`batches/${batch.id}/items/0.jsonl`);
  return (object?.body ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ItemRecord);
}

export async function stopService(at: World): Promise<void> {
  const latch: LatchRecord = {
    v: 1,
    closed: true,
    stop_id: stopIdOf(at.random.ulid(noonMs)),
    changed_at: new Date(noonMs).toISOString(),
    changed_by: "ada",
  };
  await at.store.put("fleet/latch.json", JSON.stringify(latch));
}

export const progressOf = (at: World, batch: BatchRecord) => readProgress(at.store, batch);
