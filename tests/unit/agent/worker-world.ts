/** Everything around one agent, in memory and on a virtual clock. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type {
  BatchRecord,
  ControlRecord,
  ResultRecord,
} from "../../../shared/contract/records/batch-records.ts";
import { resultRecordSchema } from "../../../shared/contract/records/batch-records.ts";
import type { LatchRecord, WorkerRecord } from "../../../shared/contract/records/fleet-records.ts";
import { workerRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import type { BatchId } from "../../../shared/contract/ids.ts";
import { batchIdOf, instanceIdSchema, stopIdOf } from "../../../shared/contract/ids.ts";
import { batchKeys, fleetKeys } from "../../../shared/contract/records/keys.ts";
import type { ItemEvent, JobMessage } from "../../../shared/contract/messages.ts";
import { eventsMessageSchema } from "../../../shared/contract/messages.ts";
import { defaultParameters } from "../../../shared/contract/api/parameters.ts";
import { byTier, type ByTier, type Tier } from "../../../shared/contract/tiers.ts";
import type { Faults } from "../../../simulation/memory/faults.ts";
import { MemoryQueue } from "../../../simulation/memory/memory-queue.ts";
import { MemoryStore } from "../../../simulation/memory/memory-store.ts";
import { RecordingLog } from "../../../simulation/memory/recording-log.ts";
import { SeededRandom } from "../../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";
import { readRecord } from "../../../shared/records/records.ts";
import { Agent } from "../../../worker/agent/agent.ts";
import type { LeaveReason } from "../../../worker/agent/lifecycle/departure.ts";
import type { InterruptionNotice, Metadata, Settings } from "../../../worker/agent/ports.ts";
import type { FakeEngineOptions } from "./fake-engine.ts";
import { someEstimate } from "../billing/ledger-entry.ts";
import { FakeEngine } from "./fake-engine.ts";

export const batchId = batchIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ");
export const instanceId = instanceIdSchema.parse("i-0aaaaaaaaaaaaa001");
export const otherInstanceId = instanceIdSchema.parse("i-0bbbbbbbbbbbbb002");

export const calmSettings: Settings = {
  visibility_seconds: 120,
  heartbeat_seconds: 15,
  interruption_poll_seconds: 5,
  idle_exit_seconds: 15,
  max_lifetime_seconds: 6 * 3600,
  waits_to_be_taken: true,
  max_failures_per_item: 3,
  max_interruptions_per_item: 20,
};

/** The machine's metadata, as a test sets them. */
export class FakeMetadata implements Metadata {
  notice: InterruptionNotice | null = null;
  rebalanceMs: number | null = null;
  instanceId = () => Promise.resolve<string>(instanceId);
  zone = () => Promise.resolve("eu-central-1a");
  userData = () => Promise.resolve("{}");
  tag = () => Promise.resolve("tiny-random");
  interruption = (): Promise<InterruptionNotice | null> => Promise.resolve(this.notice);
  rebalanceRecommendedMs = (): Promise<number | null> => Promise.resolve(this.rebalanceMs);
}

export interface WorldOptions {
  readonly engine?: Partial<FakeEngineOptions>;
  readonly settings?: Partial<Settings>;
  readonly storeFaults?: Faults;
  readonly queueFaults?: Faults;
}

export class WorkerWorld {
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom(7);
  readonly log = new RecordingLog();
  readonly folder = mkdtempSync(join(tmpdir(), "mgb-test-"));
  readonly metadata = new FakeMetadata();
  readonly store: MemoryStore;
  readonly jobs: ByTier<MemoryQueue>;
  readonly events: MemoryQueue;
  readonly #options: WorldOptions;

  constructor(options: WorldOptions = {}) {
    const { clock } = this;
    const queue = (name: string): MemoryQueue =>
      new MemoryQueue({
        clock,
        name,
        ...(options.queueFaults === undefined ? {} : { faults: options.queueFaults }),
      });
    this.#options = options;
    this.store = new MemoryStore({
      clock,
      ...(options.storeFaults === undefined ? {} : { faults: options.storeFaults }),
    });
    this.jobs = byTier(queue);
    this.events = queue("events");
    onTestFinished(() => {
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /**
   * A worker with an engine of its own; it lives on the world's clock.
   * @param expiresInSeconds until the time that its machine's tag names; absent: its whole lifetime, as if it had booted in no time
   */
  worker(id = instanceId, expiresInSeconds?: number): StartedWorker {
    const { clock, random, log, folder, metadata, store, jobs, events } = this;
    const engine = new FakeEngine({ clock, folder, ...this.#options.engine });
    const settings = { ...calmSettings, ...this.#options.settings };
    const expiresMs = clock.nowMs() + (expiresInSeconds ?? settings.max_lifetime_seconds) * 1000;
    const agent = new Agent(
      { clock, random, log, folder, metadata, store, jobs, events, engine },
      { instanceId: id, zone: "eu-central-1a", model: "tiny-random", source: "tiny-random", expiresMs },
      settings,
    );
    return { agent, engine, left: agent.run() };
  }

  async send(count: number, change: Partial<JobMessage> = {}, tier: Tier = "standard"): Promise<void> {
    const messages = Array.from({ length: count }, (_, index) => this.message({ index, ...change }));
    await this.jobs[tier].send(messages.map((message) => ({ body: JSON.stringify(message) })));
  }

  message(change: Partial<JobMessage> = {}): JobMessage {
    return {
      v: 1,
      batch_id: batchId,
      owner: "us",
      model: "tiny-random",
      speed: "standard",
      submitted_at: new Date(this.clock.nowMs()).toISOString(),
      deadline_at: new Date(this.clock.nowMs() + 900_000).toISOString(),
      expires_at: null,
      resent: false,
      index: 0,
      reuse: false,
      custom_id: null,
      prompt: "a calm piano",
      seed: 11,
      parameters: defaultParameters,
      ...change,
    };
  }

  async writeBatch(total: number): Promise<void> {
    const at = new Date(this.clock.nowMs()).toISOString();
    const record: BatchRecord = {
      v: 1,
      id: batchId,
      owner: "us",
      name: null,
      model: "tiny-random",
      speed: "standard",
      priority: "normal",
      total,
      audio_seconds: 10 * total,
      submitted_at: at,
      deadline_at: at,
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
    await this.store.put(batchKeys.batch(batchId), JSON.stringify(record));
  }

  cancel(how: "drain" | "abort"): Promise<void> {
    return this.#control({ cancel: how });
  }

  cancelItems(...indices: readonly number[]): Promise<void> {
    return this.#control({ canceled_items: [...indices] });
  }

  /** The batch's budget is spent. */
  hold(change: Partial<ControlRecord> = {}): Promise<void> {
    const since = new Date(this.clock.nowMs()).toISOString();
    return this.#control({ held: { since, detail: "all is spent" }, ...change });
  }

  goOn(): Promise<void> {
    return this.#control({ held: null });
  }

  async #control(change: Partial<ControlRecord>): Promise<void> {
    const at = new Date(this.clock.nowMs()).toISOString();
    const control: ControlRecord = {
      v: 1,
      cancel: null,
      canceled_at: null,
      canceled_items: [],
      max_cost_usd: null,
      held: null,
      at,
      ...change,
    };
    await this.store.put(batchKeys.control(batchId), JSON.stringify(control));
  }

  async closeLatch(): Promise<void> {
    const at = new Date(this.clock.nowMs()).toISOString();
    const stopId = stopIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ");
    const latch: LatchRecord = { v: 1, closed: true, stop_id: stopId, changed_at: at, changed_by: "us" };
    await this.store.put(fleetKeys.latch, JSON.stringify(latch));
  }

  /** Their outcomes by index. */
  async outcomes(of: BatchId = batchId): Promise<Record<number, ResultRecord["outcome"]>> {
    const results = await this.results(of);
    return Object.fromEntries(results.map((result) => [result.index, result.outcome]));
  }

  async results(of: BatchId = batchId): Promise<ResultRecord[]> {
    const { objects } = await this.store.list(batchKeys.results(of));
    const records = await Promise.all(
      objects.map(({ key }) => readRecord(this.store, key, resultRecordSchema)),
    );
    return records.flatMap((record) => (record === null ? [] : [record.value]));
  }

  async audioKeys(): Promise<string[]> {
    return (await this.store.list(`${batchKeys.prefix(batchId)}audio/`)).objects.map(({ key }) => key);
  }

  async record(id = instanceId): Promise<WorkerRecord | null> {
    return (await readRecord(this.store, fleetKeys.worker(id), workerRecordSchema))?.value ?? null;
  }

  /** All events that were sent to `fold`, in order. */
  told(): ItemEvent[] {
    return this.events.contents().flatMap(({ body }) => eventsMessageSchema.parse(JSON.parse(body)).events);
  }
}

export interface StartedWorker {
  readonly agent: Agent;
  readonly engine: FakeEngine;
  readonly left: Promise<LeaveReason>;
}
