/** The launcher's ticks may fail while machines go on: the reconciler, too, holds a batch that is spent. */
import { expect, test } from "vitest";
import { readControl } from "../../../../shared/batch/progress/batch-files.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { deliveryMessageSchema } from "../../../../shared/contract/messages.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import { createEndpoint } from "../../../../shared/webhooks/endpoints.ts";
import { halfAnHour } from "../../billing/ledger-entry.ts";
import { of, one, started } from "../events.ts";
import { prompts, submitted, world, type World } from "../world.ts";

const look = (at: World) =>
  reconcile(at, { queueDepths: new Map(), liveInstances: new Set([one]), nowMs: at.clock.nowMs() }, Infinity);
/** A batch that may cost this much. Its only machine has cost 0.18 USD by now. */
async function worked(at: World, maxCostUsd: string | undefined, count = 3): Promise<BatchRecord> {
  const limit = maxCostUsd === undefined ? {} : { max_cost_usd: maxCostUsd };
  const batch = await submitted(at, { ...prompts(count), ...limit });
  await foldEvents([of(batch.id, started(0, 1))], at);
  const machine = { ...halfAnHour, gpu_seconds_by_batch: { [batch.id]: 30 } };
  const ledger = { v: 1, day: "2026-01-01", instances: { [one]: machine } };
  await at.store.put(fleetKeys.ledger("2026-01-01"), JSON.stringify(ledger));
  return batch;
}
const heldFor = async (at: World, { id }: BatchRecord) =>
  (await readControl(at.store, id))?.held?.detail ?? null;

test("a batch that has cost what it may cost is held although no tick of the launcher finished", async () => {
  const at = world();
  const batch = await worked(at, "0.18");
  await look(at);
  expect(await heldFor(at, batch)).toBe(
    "0.1800 USD is spent, and the batch may cost 0.18 USD: a higher budget continues it",
  );
});

test("a batch is held though the events of its clips were lost: its machines tell what they have made", async () => {
  const at = world();
  const batch = await submitted(at, { ...prompts(3), max_cost_usd: "0.18" });
  const machine = { ...halfAnHour, gpu_seconds_by_batch: { [batch.id]: 30 } };
  const ledger = { v: 1, day: "2026-01-01", instances: { [one]: machine } };
  await at.store.put(fleetKeys.ledger("2026-01-01"), JSON.stringify(ledger));
  await look(at);
  expect(await heldFor(at, batch)).toContain("0.1800 USD is spent");
});

test("a batch that has cost less than it may cost is left to the launcher", async () => {
  const at = world();
  const batch = await worked(at, "0.19");
  await look(at);
  expect(await heldFor(at, batch)).toBeNull();
});

test("a batch without a limit is not held, whatever it has cost", async () => {
  const at = world();
  const batch = await worked(at, undefined);
  await look(at);
  expect(await heldFor(at, batch)).toBeNull();
});

test("a limit that its owner has raised since the submit is the one that counts", async () => {
  const at = world();
  const batch = await worked(at, "0.05");
  await changeControl(at, batch.id, () => ({ max_cost_usd: "1.00" }));
  await look(at);
  expect(await heldFor(at, batch)).toBeNull();
});

test("a batch that is held already keeps its reason and its time", async () => {
  const at = world();
  const batch = await worked(at, "0.05");
  const held = { since: "2026-01-01T12:00:00.000Z", detail: "held by the launcher" };
  await changeControl(at, batch.id, () => ({ held }));
  await at.clock.advance(60_000);
  await look(at);
  expect((await readControl(at.store, batch.id))?.held).toEqual(held);
});

test("a spent batch whose last items are being made is not held: nothing of it would be begun", async () => {
  const at = world();
  const batch = await worked(at, "0.05", 1);
  await look(at);
  expect(await heldFor(at, batch)).toBeNull();
});

test("its owner's webhooks are told of the hold, once", async () => {
  const at = world();
  await createEndpoint({ url: "https://example.com/", events: ["budget.reached"] }, "ada", at);
  const batch = await worked(at, "0.05");
  await look(at);
  await look(at);
  const told = at.webhooks.contents().map(({ body }) => deliveryMessageSchema.parse(JSON.parse(body)).event);
  expect(told).toMatchObject([{ id: `${batch.id}:budget:50000`, body: { type: "budget.reached" } }]);
});
