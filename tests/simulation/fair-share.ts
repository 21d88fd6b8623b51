/** The real submit and the real agents on one clock, store and queues, with machines that are there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Priority, Speed } from "../../shared/contract/api/parameters.ts";
import { defaultParameters } from "../../shared/contract/api/parameters.ts";
import { instanceIdSchema, type BatchId } from "../../shared/contract/ids.ts";
import { byTier } from "../../shared/contract/tiers.ts";
import { resultRecordSchema, type BatchRecord } from "../../shared/contract/records/batch-records.ts";
import { takeBatch, type DraftOr } from "../../shared/batch/submit/take-batch.ts";
import { MemoryQueue } from "../../simulation/memory/memory-queue.ts";
import { Agent } from "../../worker/agent/agent.ts";
import { FakeEngine } from "../unit/agent/fake-engine.ts";
import { calmSettings, FakeMetadata } from "../unit/agent/worker-world.ts";
import { settings as usual, world } from "../unit/batch/world.ts";

export interface Order {
  readonly owner: string;
  readonly clips: number;
  readonly speed?: Speed;
  readonly priority?: Priority;
}

const settings = { ...usual, limits: { ...usual.limits, queued_items: 1_000_000 } };
/** Ten seconds of audio in ten seconds, eight clips at a time. */
const engine = { slots: 8, msPerAudioSecond: 1000 };
const clipSeconds = 10;

export class FairWorld {
  readonly #at = world();
  readonly #folder = mkdtempSync(join(tmpdir(), "mgb-fair-"));

  constructor() {
    onTestFinished(() => {
      rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  async submit({ owner, clips, speed = "standard", priority }: Order): Promise<BatchRecord> {
    const model = settings.models[0];
    if (model === undefined) throw new Error("expected a model");
    const draft = {
      request: priority === undefined ? {} : { priority },
      owner,
      retryOf: null,
      model,
      speed,
      contents: {
        kind: "listed" as const,
        sources: new Map(),
        audioSeconds: clips * clipSeconds,
        clips: Array.from({ length: clips }, (_, requestIndex) => ({
          requestIndex,
          customId: null,
          prompt: "a calm piano",
          seed: requestIndex,
          parameters: { ...defaultParameters, duration_seconds: clipSeconds },
          reuse: false,
        })),
      },
    };
    const asked = { caller: owner, idempotency: null };
    const drafted = (): Promise<DraftOr<never>> => Promise.resolve({ draft });
    const taken = await takeBatch(asked, drafted, this.#at, settings);
    if (taken.kind !== "accepted") throw new Error(`not accepted: ${taken.kind}`);
    return taken.batch;
  }

  startMachines(count: number): void {
    const { clock, random, log, store, jobQueues } = this.#at;
    const jobs = byTier((tier) => jobQueues.of("small", tier));
    for (let number = 1; number <= count; number += 1) {
      const agent = new Agent(
        {
          ...{ clock, random, log, store, jobs, folder: this.#folder },
          events: new MemoryQueue({ clock }),
          metadata: new FakeMetadata(),
          engine: new FakeEngine({ clock, folder: this.#folder, ...engine }),
        },
        {
          instanceId: instanceIdSchema.parse(`i-0aaaaaaaaaaaaa00${number}`),
          zone: "eu-central-1a",
          model: "small",
          source: "small",
          expiresMs: clock.nowMs() + 6 * 3_600_000,
        },
        calmSettings,
      );
      void agent.run();
    }
  }

  pass(seconds: number): Promise<void> {
    return this.#at.clock.advance(seconds * 1000);
  }

  async made({ id }: { readonly id: BatchId }): Promise<number> {
    return (await this.#results(id)).length;
  }

  /** How long after its submit its last clip was there. */
  async secondsOf({ id, submitted_at, total }: BatchRecord): Promise<number> {
    const results = await this.#results(id);
    if (results.length < total) return Infinity;
    const endMs = Math.max(...results.map(({ finished_at }) => Date.parse(finished_at)));
    return (endMs - Date.parse(submitted_at)) / 1000;
  }

  async #results(id: BatchId) {
    const prefix = `batches/${id}/results/`;
    const found = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await this.#at.store.list(prefix, after === undefined ? {} : { after });
      for (const { key } of page.objects)
        found.push(resultRecordSchema.parse(JSON.parse((await this.#at.store.get(key))?.body ?? "")));
      after = page.objects.at(-1)?.key;
      more = page.more;
    }
    return found;
  }
}
