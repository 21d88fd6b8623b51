import { describe, expect, test } from "vitest";
import { openWork } from "../../../../shared/batch/views/open-work.ts";
import type { StageConfig } from "../../../../shared/config.ts";
import { submitBatch, type SubmitResult } from "../../../../shared/batch/submit/submit.ts";
import { PlannedFaults } from "../../../../simulation/memory/faults.ts";
import { QueueError, StoreError } from "../../../../shared/ports.ts";
import {
  allKeys,
  jobsIn,
  noonMs,
  prompts,
  settings,
  stopService,
  storedItems,
  submitted,
  world,
  type World,
} from "../world.ts";

const key = { keySha256: "a".repeat(64), bodySha256: "b".repeat(64) };
const submit = (at: World, body: unknown = prompts(2), idempotency: typeof key | null = key) =>
  submitBatch({ body, owner: "ada", idempotency }, at, settings);
const batchOf = (result: SubmitResult) => {
  if (result.kind !== "accepted" && result.kind !== "replayed") throw new Error(result.kind);
  return result.batch;
};
const lost = (name: string) => () => {
  throw new StoreError("no answer", name, { cause: null });
};

describe("submitBatch", () => {
  test("stores the batch, queues one message an item, and calls the launcher", async () => {
    const at = world();
    const batch = await submitted(at, { ...prompts(3), speed: "fast", expires_in_seconds: 3600 });
    expect(batch).toMatchObject({
      owner: "ada",
      total: 3,
      audio_seconds: 30,
      submitted_at: "2026-01-01T12:00:00.000Z",
      deadline_at: "2026-01-01T12:05:00.000Z",
      expires_at: "2026-01-01T13:00:00.000Z",
    });
    const jobs = jobsIn(at, "small", "fast");
    expect(jobs.map(({ index, prompt, resent }) => [index, prompt, resent])).toEqual([
      [0, "prompt 0", false],
      [1, "prompt 1", false],
      [2, "prompt 2", false],
    ]);
    expect(at.jobQueues.of("small", "fast").contents()[0]?.groupId).toBe(batch.id);
    expect((await storedItems(at, batch)).map(({ seed }) => seed)).toEqual(jobs.map(({ seed }) => seed));
    expect(at.launcher.count).toBe(1);
    expect(await openWork(at)).toEqual([
      {
        batchId: batch.id,
        model: "small",
        speed: "fast",
        submittedMs: noonMs,
        deadlineMs: noonMs + 300_000,
        openItems: 3,
        openAudioSeconds: 30,
        budget: null,
      },
    ]);
  });

  test("a batch of 1,000 items with variations is stored in chunks of 1,000", async () => {
    const at = world();
    const body = { items: Array.from({ length: 1000 }, () => ({ prompt: "p", variations: 2 })) };
    const batch = await submitted(at, body);
    expect((await allKeys(at)).filter((name) => name.includes("/items/"))).toEqual([
      `batches/${batch.id}/items/0.jsonl`,
      `batches/${batch.id}/items/1.jsonl`,
    ]);
    expect(jobsIn(at).length).toBe(2000);
  });

  test.each<[name: string, body: unknown]>([
    ["a bad request", { items: [{ prompt: "" }] }],
    [
      "more items than may be queued",
      { items: Array.from({ length: 1000 }, () => ({ prompt: "p", variations: 3 })) },
    ],
  ])("stores and queues nothing on %s", async (_name, body) => {
    const at = world();
    expect(["invalid", "queue_full"]).toContain((await submit(at, body)).kind);
    expect(await allKeys(at)).toEqual([]);
    expect(jobsIn(at)).toEqual([]);
    expect(at.launcher.count).toBe(0);
  });

  test("takes nothing while the service is stopped", async () => {
    const at = world();
    await stopService(at);
    expect((await submit(at)).kind).toBe("stopped");
    expect(await allKeys(at)).toEqual(["fleet/latch.json"]);
  });

  describe("with an Idempotency-Key", () => {
    test("the same key and body is the same batch, queued once", async () => {
      const at = world();
      const first = batchOf(await submit(at));
      const second = await submit(at);
      expect(second.kind).toBe("replayed");
      expect(batchOf(second)).toEqual(first);
      expect(jobsIn(at).length).toBe(2);
    });

    test.each<[name: string, change: (at: World) => Promise<StageConfig>]>([
      ["the service is stopped", (at) => stopService(at).then(() => settings)],
      [
        "the queues are full",
        () => Promise.resolve({ ...settings, limits: { ...settings.limits, queued_items: 0 } }),
      ],
      [
        "the stage no longer serves its model",
        () => Promise.resolve({ ...settings, models: settings.models.slice(1) }),
      ],
    ])("the same key and body is the same batch also when %s", async (_name, change) => {
      const at = world();
      const body = { ...prompts(2), model: "small" };
      const first = batchOf(await submit(at, body));
      const changed = await change(at);
      const again = await submitBatch({ body, owner: "ada", idempotency: key }, at, changed);
      expect(again).toEqual({ kind: "replayed", batch: first });
    });

    test("a key's conflict with another body, or with a submit in progress, is reported before a stop", async () => {
      const at = world(new PlannedFaults().beforeNext("create", /items/, lost("items")));
      await expect(submit(at)).rejects.toThrow(StoreError);
      await stopService(at);
      expect((await submit(at)).kind).toBe("in_progress");
      expect((await submit(at, prompts(2), { ...key, bodySha256: "c".repeat(64) })).kind).toBe("key_reused");
      await at.clock.advance(31_000);
      expect((await submit(at)).kind).toBe("stopped");
    });

    test("the same key with another body is refused", async () => {
      const at = world();
      await submit(at);
      expect(await submit(at, prompts(2), { ...key, bodySha256: "c".repeat(64) })).toEqual({
        kind: "key_reused",
      });
    });

    test("the same key of another owner is another batch", async () => {
      const at = world();
      const first = batchOf(await submit(at));
      const other = await submitBatch({ body: prompts(2), owner: "bob", idempotency: key }, at, settings);
      expect(other.kind).toBe("accepted");
      expect(batchOf(other).id).not.toBe(first.id);
    });

    test("a repeat while the first is still being written is told to wait", async () => {
      const faults = new PlannedFaults().beforeNext("create", /items/, lost("items"));
      const at = world(faults);
      await expect(submit(at)).rejects.toThrow(StoreError);
      expect(await submit(at)).toEqual({ kind: "in_progress" });
    });

    test.each(["active/", "index/", "items/", "progress", "batch.json"])(
      "a submit that died at writing %s is finished by the next one with the same key, as the same batch",
      async (place) => {
        for (const when of ["beforeNext", "afterNext"] as const) {
          const faults = new PlannedFaults();
          // Whatever the write did, its answer is lost, and so is the look at what it did.
          faults[when]("create", new RegExp(place), lost(place)).beforeNext(
            "get",
            new RegExp(place),
            lost(place),
          );
          const at = world(faults);
          await expect(submit(at)).rejects.toThrow(StoreError);
          await at.clock.advance(31_000);
          const second = batchOf(await submit(at));
          expect(faults.left).toBe(0);
          expect(second.submitted_at).toBe("2026-01-01T12:00:00.000Z");
          expect((await allKeys(at)).filter((name) => name.startsWith("active/"))).toEqual([
            `active/${second.id}`,
          ]);
          expect(await openWork(at)).toMatchObject([{ batchId: second.id, openItems: 2 }]);
          const jobs = jobsIn(at);
          // Where the batch itself was written the reconciler queues its items.
          if (jobs.length > 0)
            expect((await storedItems(at, second)).map(({ seed }) => seed)).toEqual(
              jobs.map(({ seed }) => seed),
            );
        }
      },
    );
  });

  test("a submit succeeds although the answer to a write is lost", async () => {
    const faults = new PlannedFaults().afterNext("create", /batch\.json/, lost("batch.json"));
    const at = world(faults);
    expect((await submit(at)).kind).toBe("accepted");
    expect(faults.left).toBe(0);
    expect(jobsIn(at).length).toBe(2);
  });

  test("a queue that does not answer loses no batch: it is taken, and the failure is logged", async () => {
    const faults = new PlannedFaults().beforeNext("send", /./, () => {
      throw new QueueError("no answer");
    });
    const at = world(faults);
    expect((await submit(at)).kind).toBe("accepted");
    expect(at.log.entries).toMatchObject([{ level: "error", fields: { error: { message: "no answer" } } }]);
    expect(await openWork(at)).toMatchObject([{ openItems: 2 }]);
  });
});
