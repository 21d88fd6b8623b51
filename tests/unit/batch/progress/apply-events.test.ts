import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEvents } from "../../../../shared/batch/progress/apply-events.ts";
import {
  countsOf,
  emptyProgress,
  openIndices,
  queuedIndices,
} from "../../../../shared/batch/progress/progress.ts";
import {
  progressRecordSchema,
  type ProgressRecord,
} from "../../../../shared/contract/records/batch-records.ts";
import { instanceIdSchema } from "../../../../shared/contract/ids.ts";
import type { ItemEvent } from "../../../../shared/contract/messages.ts";
import { advanced, at, batchId, finished, one, released, result, setAside, started, two } from "../events.ts";

const fold = (events: readonly ItemEvent[], from: ProgressRecord = emptyProgress(batchId, 3)) =>
  applyEvents(from, events) ?? from;

describe("applyEvents", () => {
  test("shows a started item as running, at the step it has reached", () => {
    const progress = fold([started(1, 5), advanced(1, 6, 40)]);
    expect(progress.running).toEqual({
      1: { instance_id: one, attempt: 1, since: at(5), step: 40, steps: 500 },
    });
    expect(countsOf(progress)).toEqual({
      total: 3,
      queued: 2,
      running: 1,
      succeeded: 0,
      failed: 0,
      canceled: 0,
      expired: 0,
    });
    expect(progress.started_at).toBe(at(5));
    expect(progress.instances).toEqual([one]);
  });

  test("of more than 10,000 items that are said to run the 10,000 that began last are kept", () => {
    const total = 10_500;
    const events = Array.from({ length: total }, (_, index) => started(index, index));
    const progress = fold(events, emptyProgress(batchId, total));
    expect(countsOf(progress)).toMatchObject({ running: 10_000, queued: 500 });
    expect(progress.running[499]).toBeUndefined();
    expect(progress.running[500]).toBeDefined();
  });

  test("of more than 1,000 machines that worked on a batch the latest 1,000 are kept", () => {
    const idOf = (machine: number) => instanceIdSchema.parse(`i-${String(machine).padStart(8, "0")}`);
    const events = Array.from({ length: 1200 }, (_, machine) => started(0, machine, idOf(machine)));
    const { instances } = fold(events);
    expect([instances.length, instances[0], instances.at(-1)]).toEqual([1000, idOf(200), idOf(1199)]);
  });

  test("an item that finished runs no longer, and its audio and engine seconds count", () => {
    const progress = fold([started(0, 1), finished(0, 9)]);
    expect(progress).toMatchObject({ running: {}, audio_seconds: 10, gpu_seconds: 0.5, ended_at: null });
    expect(openIndices(progress)).toEqual([1, 2]);
  });

  test("the batch ends with the time of the event that ended its last item", () => {
    const progress = fold([
      finished(0, 9),
      finished(2, 30, result(2, "failed")),
      finished(1, 20, result(1, "canceled")),
    ]);
    expect(countsOf(progress)).toMatchObject({ queued: 0, succeeded: 1, failed: 1, canceled: 1 });
    expect(progress.ended_at).toBe(at(30));
  });

  test("an item that was set aside is in no queue, and stays open", () => {
    const sent = { ...emptyProgress(batchId, 3), sent_at: at(5) };
    const progress = fold([setAside(1, 9)], sent);
    expect(progress.sent_at).toBeNull();
    expect(queuedIndices(progress)).toEqual([0, 1, 2]);
    expect(applyEvents({ ...sent, sent_at: at(10) }, [setAside(1, 9)])).toBeNull();
  });

  test.each<[name: string, events: ItemEvent[]]>([
    ["a start that was told twice", [started(0, 1)]],
    ["a start of before", [started(0, 0, two)]],
    ["a step of before", [advanced(0, 9, 10)]],
    ["a step of another machine's attempt", [advanced(0, 9, 400, two)]],
    ["a release by a machine that lost the item", [released(0, 9, "interrupted", two)]],
    ["a release of before this start", [released(0, 0)]],
    ["a step of an item that does not run", [advanced(2, 9, 40)]],
    ["a second outcome", [finished(1, 9, result(1, "failed"))]],
    ["a start after the outcome", [started(1, 9)]],
    ["an item that was set aside after its outcome", [setAside(1, 9)]],
    ["an item that the batch does not have", [finished(3, 9)]],
  ])("changes nothing on %s", (_name, events) => {
    const before = fold([started(0, 1), advanced(0, 2, 20), finished(1, 3)]);
    expect(applyEvents(before, events)).toBeNull();
  });

  test("an interruption gives the item back and is counted once, however often it is told", () => {
    const once = fold([started(0, 1), released(0, 5)]);
    const twice = fold([released(0, 5)], once);
    expect(twice).toMatchObject({ running: {}, interruptions: 1 });
    expect(queuedIndices(twice)).toEqual([0, 1, 2]);
  });

  test("a release for another reason is no interruption", () => {
    expect(fold([started(0, 1), released(0, 5, "failed")]).interruptions).toBe(0);
  });

  test("a later start on another machine takes the item over", () => {
    const progress = fold([started(0, 1), started(0, 8, two)]);
    expect(progress.running["0"]).toMatchObject({ instance_id: two, step: 0 });
    expect(progress.instances).toEqual([one, two]);
  });

  test("does not change the record that it was given", () => {
    const before = fold([started(0, 1)]);
    const copy = structuredClone(before);
    fold([finished(0, 2), started(1, 3)], before);
    expect(before).toEqual(copy);
  });
});

const anyEvent: fc.Arbitrary<ItemEvent> = fc
  .record({
    index: fc.nat(8),
    second: fc.nat(50),
    machine: fc.constantFrom(one, two),
    kind: fc.constantFrom("started", "advanced", "released", "succeeded", "failed", "canceled", "expired"),
  })
  .map(({ index, second, machine, kind }) => {
    switch (kind) {
      case "started":
        return started(index, second, machine);
      case "advanced":
        return advanced(index, second, second * 10, machine);
      case "released":
        return released(index, second, "interrupted", machine);
      case "succeeded":
      case "failed":
      case "canceled":
      case "expired":
        return finished(index, second, result(index, kind));
    }
  });

describe("whatever comes, in whatever order", () => {
  test("the counts are disjoint and sum to the total, and the record fits its schema", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const progress = fold(events, emptyProgress(batchId, 8));
        const { total, ...parts } = countsOf(progress);
        expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(total);
        expect(Math.min(...Object.values(parts))).toBeGreaterThanOrEqual(0);
        expect(progress.ended_at !== null).toBe(openIndices(progress).length === 0);
        progressRecordSchema.parse(progress);
      }),
    );
  });

  test("folding the outcomes again changes nothing", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const progress = fold(events, emptyProgress(batchId, 8));
        expect(
          applyEvents(
            progress,
            events.filter((event) => event.type === "finished"),
          ),
        ).toBeNull();
      }),
    );
  });
});
