import { describe, expect, test } from "vitest";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { readManifest } from "../../../../shared/batch/progress/manifest.ts";
import { openWork } from "../../../../shared/batch/views/open-work.ts";
import { countsOf } from "../../../../shared/batch/progress/progress.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import type { FleetObservation } from "../../../../shared/batch/reconcile/fleet-observation.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { batchIdOf } from "../../../../shared/contract/ids.ts";
import { PlannedFaults } from "../../../../simulation/memory/faults.ts";
import { QueueError, StoreError } from "../../../../shared/ports.ts";
import { of, one, result, started, two } from "../events.ts";
import { allKeys, jobsIn, noonMs, progressOf, prompts, submitted, world, type World } from "../world.ts";

const minute = 60_000;
const observed = (at: World, change: Partial<FleetObservation> = {}): FleetObservation => ({
  queueDepths: new Map([["small", { visible: 0, inFlight: 0 }]]),
  liveInstances: new Set([one]),
  nowMs: at.clock.nowMs(),
  ...change,
});
const reconcileAfter = async (
  at: World,
  ms: number,
  change: Partial<FleetObservation> = {},
): Promise<void> => {
  await at.clock.advance(ms);
  await reconcile(at, observed(at, change), Infinity);
};
/** A worker commits, and its event gets lost. */
async function commitSilently(at: World, batch: BatchRecord, index: number): Promise<void> {
  const record = { ...result(index), batch_id: batch.id };
  await at.store.put(`batches/${batch.id}/results/00000${index}.json`, JSON.stringify(record));
}
async function takeAll(at: World): Promise<void> {
  const queue = at.jobQueues.of("small", "standard");
  const taken = await queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 60 });
  await queue.delete(taken.map(({ receiptHandle }) => receiptHandle));
}

describe("reconcile", () => {
  test("folds results whose events never came, and ends the batch with the last of them", async () => {
    const at = world();
    const batch = await submitted(at);
    await commitSilently(at, batch, 0);
    await commitSilently(at, batch, 2);
    await reconcileAfter(at, minute);
    expect(countsOf(await progressOf(at, batch))).toMatchObject({ queued: 1, succeeded: 2 });
    expect((await readManifest(at.store, batch.id, 0)).map(({ index }) => index)).toEqual([0, 2]);
    await commitSilently(at, batch, 1);
    await reconcileAfter(at, minute);
    expect((await progressOf(at, batch)).ended_at).not.toBeNull();
    expect(await openWork(at)).toEqual([]);
  });

  test("does not fold or send again an item whose result is only moments old", async () => {
    const at = world();
    const batch = await submitted(at, prompts(1));
    await takeAll(at);
    await at.clock.advance(10 * minute);
    await commitSilently(at, batch, 0);
    await reconcileAfter(at, 5_000);
    expect(countsOf(await progressOf(at, batch)).queued).toBe(1);
    expect(jobsIn(at)).toEqual([]);
  });

  test("derives lost progress again from the results alone", async () => {
    const at = world();
    const batch = await submitted(at);
    await commitSilently(at, batch, 1);
    await at.store.delete(`batches/${batch.id}/progress.json`);
    await reconcileAfter(at, minute);
    expect(countsOf(await progressOf(at, batch))).toMatchObject({ total: 3, queued: 2, succeeded: 1 });
  });

  test("items of a machine that is gone count as queued again; items of a live machine stay running", async () => {
    const at = world();
    const batch = await submitted(at);
    await foldEvents([of(batch.id, started(0, 1, one)), of(batch.id, started(1, 1, two))], at);
    await reconcileAfter(at, 2 * minute, { queueDepths: new Map([["small", { visible: 0, inFlight: 3 }]]) });
    expect(Object.keys((await progressOf(at, batch)).running)).toEqual(["0"]);
  });

  test("a machine that EC2 does not list yet is not counted as gone", async () => {
    const at = world();
    const batch = await submitted(at);
    await foldEvents([of(batch.id, started(1, 1, two))], at);
    await reconcileAfter(at, 30_000);
    expect(Object.keys((await progressOf(at, batch)).running)).toEqual(["1"]);
  });

  describe("sends open items again", () => {
    test("when they are in no queue, marked so that a worker looks for a result first, and once", async () => {
      const at = world();
      const batch = await submitted(at);
      await takeAll(at);
      await foldEvents([of(batch.id, started(0, 1))], at);
      await commitSilently(at, batch, 2);
      await reconcileAfter(at, 3 * minute);
      expect(jobsIn(at).map(({ index, resent, prompt }) => [index, resent, prompt])).toEqual([
        [1, true, "prompt 1"],
      ]);
      // SQS may go on telling zero for a minute.
      await reconcileAfter(at, minute);
      expect(jobsIn(at)).toHaveLength(1);
      await reconcileAfter(at, 3 * minute);
      expect(jobsIn(at)).toHaveLength(2);
    });

    test.each<[name: string, change: Partial<FleetObservation>]>([
      ["some are visible", { queueDepths: new Map([["small", { visible: 1, inFlight: 0 }]]) }],
      ["some are in a worker's hands", { queueDepths: new Map([["small", { visible: 0, inFlight: 1 }]]) }],
      ["the depth is not known", { queueDepths: new Map() }],
    ])("but not while %s", async (_name, change) => {
      const at = world();
      await submitted(at);
      await takeAll(at);
      await reconcileAfter(at, 10 * minute, change);
      expect(jobsIn(at)).toEqual([]);
    });

    test("also into a queue that is never empty, when the submit died before it had sent them", async () => {
      const faults = new PlannedFaults().beforeNext("send", /small/, () => {
        throw new QueueError("no answer");
      });
      const at = world(faults);
      await submitted(at);
      const change = { queueDepths: new Map([["small", { visible: 500, inFlight: 30 }]]) };
      await reconcileAfter(at, minute, change);
      expect(jobsIn(at)).toEqual([]);
      await reconcileAfter(at, minute, change);
      expect(jobsIn(at).map(({ index }) => index)).toEqual([0, 1, 2]);
      await reconcileAfter(at, 10 * minute, change);
      expect(jobsIn(at)).toHaveLength(3);
    });

    test("once, when their progress was lost with all that was known of sending them", async () => {
      const at = world();
      const batch = await submitted(at, prompts(1));
      await at.store.delete(`batches/${batch.id}/progress.json`);
      await takeAll(at);
      await reconcileAfter(at, 3 * minute);
      await reconcileAfter(at, minute);
      expect(jobsIn(at)).toHaveLength(1);
    });

    test("but not within two minutes of the submit, whose messages SQS may not count yet", async () => {
      const at = world();
      await submitted(at);
      await takeAll(at);
      await reconcileAfter(at, 1.9 * minute);
      expect(jobsIn(at)).toEqual([]);
    });
  });

  describe("of a batch that its budget holds", () => {
    const hold = (at: World, batch: BatchRecord, isHeld = true) =>
      changeControl(at, batch.id, () => ({
        held: isHeld ? { since: new Date(at.clock.nowMs()).toISOString(), detail: "all is spent" } : null,
      }));
    const busy = { queueDepths: new Map([["small", { visible: 500, inFlight: 30 }]]) };

    test("sends nothing again, and does so two minutes after it goes on, into a queue that is never empty", async () => {
      const at = world();
      const batch = await submitted(at);
      await hold(at, batch);
      await takeAll(at);
      await at.clock.advance(1000);
      const told = { type: "set_aside", batch_id: batch.id, index: 1 } as const;
      await foldEvents([{ ...told, at: new Date(at.clock.nowMs()).toISOString() }], at);
      await reconcileAfter(at, 10 * minute);
      expect(jobsIn(at)).toEqual([]);
      await hold(at, batch, false);
      await reconcileAfter(at, 1.9 * minute, busy);
      expect(jobsIn(at)).toEqual([]);
      await reconcileAfter(at, minute, busy);
      expect(jobsIn(at).map(({ index, resent }) => [index, resent])).toEqual([
        [0, true],
        [1, true],
        [2, true],
      ]);
      await reconcileAfter(at, 10 * minute, busy);
      expect(jobsIn(at)).toHaveLength(3);
    });

    test("sends nothing again when no worker took anything out", async () => {
      const at = world();
      const batch = await submitted(at);
      await hold(at, batch);
      await reconcileAfter(at, 10 * minute, busy);
      await hold(at, batch, false);
      await reconcileAfter(at, 10 * minute, busy);
      expect(jobsIn(at)).toHaveLength(3);
    });

    test("its items expire at their time", async () => {
      const at = world();
      const batch = await submitted(at, { ...prompts(3), expires_in_seconds: 600 });
      await hold(at, batch);
      await takeAll(at);
      await reconcileAfter(at, 11 * minute);
      expect(countsOf(await progressOf(at, batch))).toMatchObject({ expired: 3 });
    });
  });

  test("items that nobody began in time expire; one that runs goes on", async () => {
    const at = world();
    const batch = await submitted(at, { ...prompts(3), expires_in_seconds: 600 });
    await foldEvents([of(batch.id, started(0, 1))], at);
    await reconcileAfter(at, 9 * minute);
    expect(countsOf(await progressOf(at, batch)).expired).toBe(0);
    expect(await openWork(at)).toHaveLength(1);
    await reconcileAfter(at, minute);
    // Whatever becomes of the one that runs, no machine is launched for it.
    expect(await openWork(at)).toEqual([]);
    expect(countsOf(await progressOf(at, batch))).toMatchObject({ expired: 2, running: 1 });
    expect((await readManifest(at.store, batch.id, 0)).map(({ outcome }) => outcome)).toEqual([
      "expired",
      "expired",
    ]);
  });

  test("an item of a canceled batch whose machine died is canceled", async () => {
    const at = world();
    const batch = await submitted(at);
    await foldEvents([of(batch.id, started(0, 1, two))], at);
    await cancelBatch(batch, "abort", at);
    expect(countsOf(await progressOf(at, batch))).toMatchObject({ canceled: 2, running: 1 });
    await reconcileAfter(at, 2 * minute);
    expect(countsOf(await progressOf(at, batch))).toMatchObject({ canceled: 3, running: 0 });
    expect(await openWork(at)).toEqual([]);
  });

  test("removes the reminder of a submit that died, but not of one that may still be writing", async () => {
    const at = world();
    const nowhere = batchIdOf("01KDVDNG00ZZZZZZZZZZZZZZZZ");
    await at.store.create(`active/${nowhere}`, "{}");
    await reconcileAfter(at, 10 * minute);
    expect(await allKeys(at)).toEqual([`active/${nowhere}`]);
    await reconcileAfter(at, 6 * minute);
    expect(await allKeys(at)).toEqual([]);
  });

  test("finishes a batch whose fold died before the end", async () => {
    const at = world();
    const batch = await submitted(at, prompts(1));
    await at.store.put(
      `batches/${batch.id}/progress.json`,
      JSON.stringify({
        ...(await progressOf(at, batch)),
        succeeded: "AQ==",
        ended_at: new Date(noonMs).toISOString(),
      }),
    );
    await reconcileAfter(at, minute);
    expect(await allKeys(at)).toContain(`batches/${batch.id}/completed.json`);
    expect(await allKeys(at)).not.toContain(`active/${batch.id}`);
  });

  test("a batch that cannot be read does not hold back the others, and the failure is reported", async () => {
    const faults = new PlannedFaults();
    const at = world(faults);
    const first = await submitted(at, prompts(1));
    const second = await submitted(at, prompts(1));
    await commitSilently(at, second, 0);
    faults.beforeNext("get", new RegExp(`${first.id}/batch`), () => {
      throw new StoreError("no answer", "key", { cause: null });
    });
    await at.clock.advance(minute);
    await expect(reconcile(at, observed(at), Infinity)).rejects.toThrow("batches could not be reconciled: 1");
    expect(countsOf(await progressOf(at, second)).succeeded).toBe(1);
  });
});
