import { describe, expect, test } from "vitest";
import { readProgress } from "../../../../shared/batch/progress/batch-files.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { readManifest } from "../../../../shared/batch/progress/manifest.ts";
import { countsOf } from "../../../../shared/batch/progress/progress.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import { submitBatch } from "../../../../shared/batch/submit/submit.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { batchIdSchema } from "../../../../shared/contract/ids.ts";
import type { Faults } from "../../../../simulation/memory/faults.ts";
import { result } from "../events.ts";
import { allKeys, jobsIn, prompts, settings, submitted, world, type World } from "../world.ts";

/** From its n-th request on, a process reaches nothing any more: as when it is killed at that await. */
class Crash implements Faults {
  left = Infinity;
  before(): void {
    this.left -= 1;
    if (this.left < 0) throw new Error("the process is gone");
  }
}
const minute = 60_000;
const idempotency = { keySha256: "a".repeat(64), bodySha256: "b".repeat(64) };
const submit = (at: World) => submitBatch({ body: prompts(3), owner: "ada", idempotency }, at, settings);

async function crashedAfter(requests: number, act: (at: World, crash: Crash) => Promise<unknown>) {
  const crash = new Crash();
  const at = world(crash);
  crash.left = requests;
  await act(at, crash).catch(() => undefined);
  const wasKilled = crash.left < 0;
  crash.left = Infinity;
  return { at, wasKilled };
}
async function reconcileFor(at: World, minutes: number): Promise<void> {
  for (let n = 0; n < minutes; n += 1) {
    await at.clock.advance(minute);
    const depth = await at.jobQueues.of("small", "standard").depth();
    const queueDepths = new Map([["small", depth]]);
    await reconcile(at, { queueDepths, liveInstances: new Set(), nowMs: at.clock.nowMs() }, Infinity);
  }
}
const keysUnder = async (at: World, prefix: string) =>
  (await allKeys(at)).filter((key) => key.startsWith(prefix));
const batches = async (at: World) => (await allKeys(at)).filter((key) => key.endsWith("/batch.json"));
/** More requests than any of these makes. */
const everyAwait = Array.from({ length: 30 }, (_, requests) => requests);

describe("a process that is killed at any await", () => {
  test("a submit leaves nothing, or a batch whose items are all queued", async () => {
    const outcomes = new Set<number>();
    const kills: boolean[] = [];
    for (const requests of everyAwait) {
      const { at, wasKilled } = await crashedAfter(requests, submit);
      kills.push(wasKilled);
      await reconcileFor(at, 20);
      const made = await batches(at);
      outcomes.add(made.length);
      expect(await keysUnder(at, "active/")).toHaveLength(made.length);
      expect(new Set(jobsIn(at).map(({ index }) => index)).size).toBe(made.length * 3);
    }
    expect(outcomes).toEqual(new Set([0, 1]));
    // All of its awaits were tried, for in the end it lives.
    expect(kills.at(-1)).toBe(false);
  });

  test("a submit is finished by its repetition, as one batch with the seeds that it drew first", async () => {
    for (const requests of everyAwait) {
      const { at } = await crashedAfter(requests, submit);
      const drawn = await at.store.get(
        (await keysUnder(at, "batches/")).find((key) => key.includes("/items/")) ?? "",
      );
      await at.clock.advance(31_000);
      expect(["accepted", "replayed"]).toContain((await submit(at)).kind);
      await reconcileFor(at, 5);
      const [batch, ...more] = await batches(at);
      expect(more).toEqual([]);
      expect(await keysUnder(at, "index/")).toHaveLength(1);
      expect(new Set(jobsIn(at).map(({ index }) => index)).size).toBe(3);
      const kept = await at.store.get(batch?.replace("batch.json", "items/0.jsonl") ?? "");
      if (drawn !== null) expect(kept).toEqual(drawn);
      for (const { seed } of jobsIn(at)) expect(kept?.body).toContain(`"seed":${seed},`);
    }
  });

  test("a fold, a cancel and a reconciliation are all made good by the reconciler", async () => {
    const acts: ((at: World, batch: BatchRecord) => Promise<unknown>)[] = [
      async (at, batch) => {
        const made = { ...result(1), batch_id: batch.id };
        await at.store.create(`batches/${batch.id}/results/000001.json`, JSON.stringify(made));
        const { id: batch_id } = batch;
        await foldEvents([{ type: "finished", batch_id, index: 1, at: made.finished_at, result: made }], at);
        await cancelBatch(batch, "drain", at);
      },
      async (at, batch) => {
        await changeControl(at, batch.id, () => ({ cancel: "drain" }));
        const observed = {
          queueDepths: new Map(),
          liveInstances: new Set<string>(),
          nowMs: at.clock.nowMs(),
        };
        await reconcile(at, observed, Infinity);
      },
    ];
    for (const act of acts)
      for (const requests of everyAwait) {
        const { at } = await crashedAfter(Infinity, async (alive, crash) => {
          const batch = await submitted(alive);
          crash.left = requests;
          await act(alive, batch);
        });
        const id = batchIdSchema.parse((await batches(at))[0]?.split("/")[1]);
        const batch = JSON.parse((await at.store.get(`batches/${id}/batch.json`))?.body ?? "") as BatchRecord;
        await cancelBatch(batch, "drain", at);
        await reconcileFor(at, 3);
        const progress = await readProgress(at.store, batch);
        const { succeeded, canceled } = countsOf(progress);
        expect(succeeded + canceled).toBe(3);
        expect(progress.ended_at).not.toBeNull();
        expect(await readManifest(at.store, id, 0)).toHaveLength(3);
        expect(await keysUnder(at, "active/")).toEqual([]);
        expect(await keysUnder(at, `batches/${id}/results/`)).toHaveLength(3);
        expect(await keysUnder(at, `batches/${id}/completed`)).toHaveLength(1);
      }
  });
});
