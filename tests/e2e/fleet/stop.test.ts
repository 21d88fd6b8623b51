import { afterEach, expect, test } from "vitest";
import { stopViewSchema } from "../../../shared/contract/api/api.ts";
import {
  api,
  batch,
  cancel,
  clips,
  control,
  cloud,
  ended,
  takeFromLostMachines,
  expectEveryItemOnce,
  machines,
  noMachines,
  submit,
  tick,
  waitUntil,
  workingMachine,
} from "../world.ts";

const operate = { key: cloud.keys.operate };

/** However a test ended, the next finds the service open. */
afterEach(async () => {
  await control("/fault-end", { action: "TerminateInstances" });
  expect((await api("POST", "/v1/start", operate)).status).toBe(200);
  await noMachines();
});

test("stop-all in the middle of a run leaves no machine, keeps the jobs, refuses submits, and the batch ends after start", async () => {
  const { id } = await submit(clips(40, 4));
  await workingMachine(id);

  const once = { ...operate, headers: { "idempotency-key": "the stop in the middle" } };
  const stopped = await api("POST", "/v1/stop", once);
  expect(stopped.status, stopped.text).toBe(202);
  const again = await api("POST", "/v1/stop", once);
  expect([again.headers.get("idempotency-replayed"), again.json]).toEqual(["true", stopped.json]);
  const proof = await waitUntil("the proof of zero", async () => {
    await tick("reap");
    const view = stopViewSchema.parse((await api("GET", "/v1/stop", operate)).json);
    return view.verified_at !== null && view;
  });
  expect(proof).toMatchObject({ state: "stopped", instances_left: 0, cost_per_hour_usd: "0.00" });
  expect(proof.instances_terminated).toBeGreaterThan(0);
  expect(await machines()).toEqual([]);
  const kept = await batch(id);
  expect(kept.counts.succeeded + kept.counts.queued + kept.counts.running).toBe(40);
  expect(kept.ended_at).toBeNull();

  expect(kept).toMatchObject({ status: "stopped", waiting_reason: { reason: "latch" } });

  const refused = await api("POST", "/v1/batches", { body: { items: clips(1, 1) } });
  expect(refused.status).toBe(503);
  expect(refused.json).toMatchObject({ code: "stopped", retryable: true });
  await tick("launch");
  expect(await machines()).toEqual([]);

  const started = await api("POST", "/v1/start", operate);
  expect([started.status, started.json]).toEqual([
    200,
    { state: "open", opened_at: expect.any(String) as string },
  ]);
  expect((await ended(id)).outcome).toBe("succeeded");
  await expectEveryItemOnce(id, 40);
});

test("stop-all ends a machine that hangs although TerminateInstances fails for a while, and reports success only then", async () => {
  const { id } = await submit(clips(40, 4));
  const hanging = await workingMachine(id);
  const machine = (await machines()).find(({ instance_id }) => instance_id === hanging);
  if (machine?.process_id == null) throw new Error(`${hanging} has no process`);
  // It hears of nothing any more and leaves by no word: EC2 alone can end it.
  process.kill(machine.process_id, "SIGSTOP");
  await control("/fault", { action: "TerminateInstances", code: "InternalError", times: 1000 });
  const asked = await api("POST", "/v1/stop", operate);
  expect(asked.status, asked.text).toBe(202);
  const first = stopViewSchema.parse(asked.json);
  expect(first).toMatchObject({ state: "stopping", verified_at: null });
  expect(first.instances_left).toBeGreaterThan(0);
  expect(Number(first.cost_per_hour_usd)).toBeGreaterThan(0);
  expect(first.steps.some(({ step, ok }) => step === "terminate" && !ok)).toBe(true);
  await tick("reap");
  expect(stopViewSchema.parse((await api("GET", "/v1/stop", operate)).json)).toMatchObject({
    state: "stopping",
    verified_at: null,
  });

  await control("/fault-end", { action: "TerminateInstances" });
  const last = await waitUntil("the proof of zero", async () => {
    await tick("reap");
    const view = stopViewSchema.parse((await api("GET", "/v1/stop", operate)).json);
    return view.verified_at !== null && view;
  });
  expect(last).toMatchObject({ id: first.id, instances_left: 0, cost_per_hour_usd: "0.00" });
  expect(await machines()).toEqual([]);

  // While it is stopped, so that no machine comes for it.
  await cancel(id);
  expect((await api("POST", "/v1/start", operate)).status).toBe(200);
  await takeFromLostMachines();
  expect((await ended(id)).counts).toMatchObject({ failed: 0, expired: 0 });
});

test("a key without the scope cannot stop anything", async () => {
  const refused = await api("POST", "/v1/stop");
  expect(refused.status).toBe(403);
  expect(refused.json).toMatchObject({ code: "forbidden" });
});
