import { describe, expect, test } from "vitest";
import { readCost } from "../../../../shared/billing/receipts/batch-cost.ts";
import { readControl } from "../../../../shared/batch/progress/batch-files.ts";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import { costView } from "../../../../shared/batch/views/cost-view.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { setMaxCost } from "../../../../shared/batch/orders/max-cost.ts";
import { openWork } from "../../../../shared/batch/views/open-work.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import type { WorkerRecord } from "../../../../shared/contract/records/fleet-records.ts";
import { recordObserved } from "../../../../shared/billing/ledger/observed.ts";
import type { FleetInstance } from "../../../../shared/ports.ts";
import { withType } from "../../fleet/settings.ts";
import { of, one, started } from "../../batch/events.ts";
import { noonMs, progressOf, prompts, submitted, world, type World } from "../../batch/world.ts";
import { heartbeatAt } from "../../fleet/heartbeat.ts";

const minute = 60_000;
const machine: FleetInstance = {
  instanceId: one,
  state: "running",
  instanceType: "g4dn.xlarge",
  zone: "a",
  market: "spot",
  launchedMs: noonMs - 10 * minute,
  intentId: null,
  model: "small",
  expiresMs: null,
  endedBy: null,
};
const heartbeat = (at: World, seconds: Record<string, number>): WorkerRecord =>
  heartbeatAt(new Date(at.clock.nowMs()).toISOString(), {
    instance_id: one,
    zone: "a",
    state: "busy",
    booted_at: new Date(noonMs - 9 * minute).toISOString(),
    ready_at: new Date(noonMs - 8 * minute).toISOString(),
    idle_since: null,
    items_running: 1,
    gpu_seconds_by_batch: seconds,
  });
/** The reaper's look at the machine, at 0.20 USD an hour. */
const seen = (at: World, instance: FleetInstance, worker: WorkerRecord | null) =>
  recordObserved(
    at,
    "2026-01-01",
    [{ instance, worker, isSeen: true, intent: null, endReason: "idle", endedByUs: false, price: null }],
    withType({ max_spot_price_usd: 0.2 }),
  );
const costNow = async (at: World, batch: BatchRecord) =>
  costView(
    batch,
    null,
    await readCost(at.store, { batch, progress: await progressOf(at, batch) }, at.clock.nowMs()),
    false,
  );

describe("readCost", () => {
  test("is nothing before a machine has worked on the batch", async () => {
    const at = world();
    const batch = await submitted(at);
    await seen(at, machine, heartbeat(at, { other: 10 }));
    expect(await costNow(at, batch)).toMatchObject({ accrued_usd: "0.00", instance_seconds: 0 });
  });

  test("is the batch's share, by engine seconds, of the machines that worked on it", async () => {
    const at = world();
    const batch = await submitted(at);
    await foldEvents([of(batch.id, started(0, 1, one))], at);
    await at.clock.advance(20 * minute);
    await seen(at, machine, heartbeat(at, { [batch.id]: 30, other: 10 }));
    await seen(at, { ...machine, state: "terminated", endedBy: "itself" }, null);
    await at.clock.advance(60 * minute);
    // Three quarters of half an hour, which would have been 0.5376 USD an hour on demand, volume and address included. Each line of it is rounded
    // to whole micro-dollars.
    expect(await costNow(at, batch)).toMatchObject({
      accrued_usd: "0.075001",
      instance_seconds: 1350,
      on_demand_usd: "0.201591",
      saved_usd: "0.12659",
      receipt: null,
    });
  });

  test("goes by the heartbeat of a machine that still runs, which is newer than the ledger", async () => {
    const at = world();
    const batch = await submitted(at);
    await foldEvents([of(batch.id, started(0, 1, one))], at);
    await seen(at, machine, heartbeat(at, {}));
    await at.clock.advance(20 * minute);
    await at.store.put(`fleet/workers/${one}.json`, JSON.stringify(heartbeat(at, { [batch.id]: 5 })));
    expect(await costNow(at, batch)).toMatchObject({ accrued_usd: "0.10", instance_seconds: 1800 });
  });
});

describe("what a batch may cost", () => {
  const budgetOf = async (at: World) => (await openWork(at)).map(({ budget }) => budget);

  test("is not reckoned for a batch that may cost whatever it costs", async () => {
    const at = world();
    await submitted(at);
    expect(await budgetOf(at)).toEqual([null]);
  });

  test("is known to the launcher beside what the batch has cost until now", async () => {
    const at = world();
    const batch = await submitted(at, { ...prompts(3), max_cost_usd: "0.25" });
    await foldEvents([of(batch.id, started(0, 1, one))], at);
    await seen(at, machine, heartbeat(at, { [batch.id]: 30, other: 10 }));
    await at.clock.advance(20 * minute);
    // Three quarters of half an hour, of which a third had passed when it was submitted.
    const spentUsd = expect.closeTo(0.075, 5) as number;
    expect(await budgetOf(at)).toEqual([
      { batchId: batch.id, maxUsd: 0.25, spentUsd, itemsInHand: 1, isHeld: false },
    ]);
  });

  test("counts what machines make of it though no event of its clips has come", async () => {
    const at = world();
    const batch = await submitted(at, { ...prompts(3), max_cost_usd: "0.25" });
    await seen(at, machine, heartbeat(at, {}));
    await at.clock.advance(20 * minute);
    await at.store.put(`fleet/workers/${one}.json`, JSON.stringify(heartbeat(at, { [batch.id]: 5 })));
    expect(await budgetOf(at)).toMatchObject([{ spentUsd: expect.closeTo(0.1, 5) as number }]);
  });

  test("counts a machine from its launch on while nobody has told when it began to run", async () => {
    const at = world();
    const batch = await submitted(at, { ...prompts(3), max_cost_usd: "0.25" });
    await seen(at, { ...machine, state: "pending" }, null);
    await at.clock.advance(20 * minute);
    await at.store.put(`fleet/workers/${one}.json`, JSON.stringify(heartbeat(at, { [batch.id]: 5 })));
    expect(await budgetOf(at)).toMatchObject([{ spentUsd: expect.closeTo(0.1, 5) as number }]);
  });

  test("is what its owner said last, and does not let it go on by itself", async () => {
    const at = world();
    const batch = await submitted(at, { ...prompts(3), max_cost_usd: "0.25" });
    const held = { since: batch.submitted_at, detail: "all is spent" };
    await changeControl(at, batch.id, () => ({ held }));
    expect(await setMaxCost(batch, "0.5", at)).toMatchObject({
      kind: "set",
      control: { max_cost_usd: "0.50" },
    });
    expect(await budgetOf(at)).toMatchObject([{ maxUsd: 0.5, spentUsd: 0, isHeld: true }]);
  });

  test("is not changed once the batch has ended", async () => {
    const at = world();
    const batch = await submitted(at);
    await cancelBatch(batch, "drain", at);
    expect(await setMaxCost(batch, "0.5", at)).toEqual({ kind: "ended" });
    expect((await readControl(at.store, batch.id))?.max_cost_usd).toBeNull();
  });
});
