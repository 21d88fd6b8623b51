import { describe, expect, test } from "vitest";
import { readProgress } from "../../../../shared/batch/progress/batch-files.ts";
import { foldBatch, foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { readManifest } from "../../../../shared/batch/progress/manifest.ts";
import { openWork } from "../../../../shared/batch/views/open-work.ts";
import { countsOf } from "../../../../shared/batch/progress/progress.ts";
import { completedRecordSchema } from "../../../../shared/contract/records/batch-records.ts";
import { batchIdOf } from "../../../../shared/contract/ids.ts";
import { PlannedFaults } from "../../../../simulation/memory/faults.ts";
import { StoreError } from "../../../../shared/ports.ts";
import { finished, of, released, result, started } from "../events.ts";
import { allKeys, prompts, submitted, world } from "../world.ts";

const lost = () => {
  throw new StoreError("no answer", "key", { cause: null });
};

describe("foldEvents", () => {
  test("puts results into the chunk's manifest in the order of the items", async () => {
    const at = world();
    const batch = await submitted(at);
    await foldEvents([of(batch.id, finished(2, 9))], at);
    await foldEvents([of(batch.id, finished(0, 12))], at);
    expect((await readManifest(at.store, batch.id, 0)).map(({ index }) => index)).toEqual([0, 2]);
    expect(countsOf(await readProgress(at.store, batch))).toMatchObject({ queued: 1, succeeded: 2 });
  });

  test("takes events in the order of their time, whatever order they came in", async () => {
    const at = world();
    const batch = await submitted(at);
    await foldEvents(
      [released(0, 8), started(0, 2)].map((event) => of(batch.id, event)),
      at,
    );
    expect(await readProgress(at.store, batch)).toMatchObject({ running: {}, interruptions: 1 });
  });

  test("the last outcome completes the batch once and takes it off the open work", async () => {
    const at = world();
    const batch = await submitted(at);
    const events = [finished(0, 1), finished(1, 2, result(1, "failed")), finished(2, 3)];
    await foldEvents(
      events.map((event) => of(batch.id, event)),
      at,
    );
    const completed = await at.store.get(`batches/${batch.id}/completed.json`);
    expect(completedRecordSchema.parse(JSON.parse(completed?.body ?? ""))).toEqual({
      v: 1,
      batch_id: batch.id,
      ended_at: "2026-01-01T12:00:03.000Z",
      succeeded: 2,
      failed: 1,
      canceled: 0,
      expired: 0,
      audio_seconds: 20,
    });
    expect(await openWork(at)).toEqual([]);
    expect(await allKeys(at)).not.toContain(`active/${batch.id}`);
  });

  test("told everything twice, it writes nothing the second time", async () => {
    const at = world();
    const batch = await submitted(at);
    const events = [started(0, 1), finished(1, 2)].map((event) => of(batch.id, event));
    await foldEvents(events, at);
    const before = await at.store.get(`batches/${batch.id}/progress.json`);
    await foldEvents(events, at);
    expect(await at.store.get(`batches/${batch.id}/progress.json`)).toEqual(before);
  });

  test("a batch that cannot be written does not hold back the others, and is named", async () => {
    const faults = new PlannedFaults();
    const at = world(faults);
    const first = await submitted(at);
    const second = await submitted(at);
    faults.beforeNext("get", new RegExp(`${first.id}/manifest`), lost);
    const report = await foldEvents([of(first.id, finished(0, 1)), of(second.id, finished(0, 1))], at);
    expect([...report.failed.keys()]).toEqual([first.id]);
    expect(countsOf(await readProgress(at.store, second)).succeeded).toBe(1);
  });

  test("events of a batch that does not exist are dropped and logged", async () => {
    const at = world();
    const nowhere = batchIdOf("01KDVDNG00ZZZZZZZZZZZZZZZZ");
    expect((await foldEvents([of(nowhere, started(0, 1))], at)).failed.size).toBe(0);
    expect(await allKeys(at)).toEqual([]);
    expect(at.log.entries).toMatchObject([{ level: "warn", fields: { batchId: nowhere } }]);
  });

  test("lost progress begins again with the events that come", async () => {
    const at = world();
    const batch = await submitted(at);
    await at.store.delete(`batches/${batch.id}/progress.json`);
    await foldEvents([of(batch.id, finished(1, 2))], at);
    expect(countsOf(await readProgress(at.store, batch))).toMatchObject({
      total: 3,
      queued: 2,
      succeeded: 1,
    });
  });

  test("folds that race for one batch lose nothing", async () => {
    const at = world();
    const batch = await submitted(at, prompts(40));
    const events = Array.from({ length: 40 }, (_, index) => of(batch.id, finished(index, index + 1)));
    const folds = Promise.all(
      [0, 1, 2, 3].map((part) => foldBatch(batch.id, events.slice(part * 10, part * 10 + 10), at)),
    );
    await at.clock.runUntil(folds);
    expect(countsOf(await readProgress(at.store, batch)).succeeded).toBe(40);
    expect((await readManifest(at.store, batch.id, 0)).length).toBe(40);
    expect(await allKeys(at)).not.toContain(`active/${batch.id}`);
  });

  test.each(["manifest", "progress", "completed", "active"])(
    "when a fold dies while it writes the %s, folding the same events again repairs it",
    async (place) => {
      const faults = new PlannedFaults();
      const at = world(faults);
      const batch = await submitted(at, prompts(1));
      const operation = { manifest: "create", progress: "replace", completed: "create", active: "delete" }[
        place
      ];
      faults.beforeNext(operation ?? "", new RegExp(place), () => {
        // The look at what the lost write did finds no answer either.
        if (place !== "active") faults.beforeNext("get", new RegExp(place), lost);
        lost();
      });
      const events = [of(batch.id, finished(0, 1))];
      expect((await foldEvents(events, at)).failed.size).toBe(1);
      expect(faults.left).toBe(0);
      expect((await foldEvents(events, at)).failed.size).toBe(0);
      expect(await readManifest(at.store, batch.id, 0)).toHaveLength(1);
      expect((await readProgress(at.store, batch)).ended_at).toBe("2026-01-01T12:00:01.000Z");
      expect(await allKeys(at)).toContain(`batches/${batch.id}/completed.json`);
      expect(await openWork(at)).toEqual([]);
      expect(await allKeys(at)).not.toContain(`active/${batch.id}`);
    },
  );
});
