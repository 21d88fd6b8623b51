/** Webhooks against a real HTTP server that answers, fails, hangs, redirects and wants no more. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  deleteWebhooks,
  deliveriesOf,
  makeWebhook,
  startReceiver,
  webhook,
  withSecret,
  type Made,
  type Receiver,
} from "./receiver.ts";
import {
  api,
  cancel,
  clips,
  ended,
  minutesLater,
  noMachines,
  setPrices,
  submit,
  waitUntil,
} from "../world.ts";

let receiver: Receiver;
const made: Record<string, Made> = {};
const idOf = (name: string): string => made[name]?.id ?? "";

beforeAll(async () => {
  receiver = await startReceiver({
    "/answers": () => 204,
    "/fails-twice": (earlier) => (earlier < 2 ? 500 : 200),
    "/hangs-once": (earlier) => (earlier === 0 ? null : 200),
    "/redirects": () => 307,
    "/elsewhere": () => 200,
    "/gone": () => 410,
  });
  // No machine comes for what is canceled at once.
  await setPrices(0.9);
});
afterAll(async () => {
  await deleteWebhooks(Object.values(made).map(({ id }) => id));
  await receiver.close();
  await setPrices(null);
  await noMachines();
});

async function endedBatch(): Promise<string> {
  const { id } = await submit(clips(1, 1));
  await cancel(id);
  await ended(id);
  return id;
}

const received = (path: string, count: number) =>
  waitUntil(`${count} deliveries to ${path}`, () => {
    const all = receiver.at(path);
    return Promise.resolve(all.length >= count && all);
  });
const logged = (name: string, count: number) =>
  waitUntil(`${count} lines in the log of ${name}`, async () => {
    const lines = await deliveriesOf(idOf(name));
    return lines.length >= count && lines;
  });

test("an event reaches every endpoint as far as it can, and none delays another", async () => {
  for (const name of ["answers", "fails-twice", "hangs-once", "redirects", "gone"])
    made[name] = await makeWebhook(`${receiver.url}/${name}`, ["batch.ended"]);
  const batchId = await endedBatch();
  const [first] = await received("/answers", 1);
  expect(first?.id).toBe(`${batchId}:ended`);
  expect(first?.body).toMatchObject({
    type: "batch.ended",
    data: { batch_id: batchId, outcome: "canceled", counts: { total: 1, canceled: 1 } },
  });
  expect(first?.isSignedBy(made["answers"]?.secret ?? "")).toBe(true);
  expect(first?.isSignedBy(made["gone"]?.secret ?? "")).toBe(false);
  expect((await logged("answers", 1))[0]).toMatchObject({ outcome: "delivered", status: 204, attempt: 1 });

  expect((await logged("redirects", 1))[0]).toMatchObject({
    outcome: "retried",
    status: 307,
    detail: "answered 307: redirects are not followed",
  });
  expect(receiver.at("/elsewhere")).toEqual([]);

  expect((await logged("gone", 1))[0]).toMatchObject({ outcome: "disabled", status: 410 });
  expect(await webhook(idOf("gone"))).toMatchObject({ enabled: false, disabled_reason: "gone" });

  // After 5 s in real time; the next wait is 5 minutes.
  await received("/fails-twice", 2);
  expect((await logged("fails-twice", 2)).map(({ outcome }) => outcome)).toEqual(["retried", "retried"]);
  expect((await logged("hangs-once", 1))[0]).toMatchObject({
    outcome: "retried",
    status: null,
    detail: "no whole answer within 15 s",
  });
  minutesLater(7);
  const again = await received("/fails-twice", 3);
  expect(new Set(again.map(({ id }) => id))).toEqual(new Set([`${batchId}:ended`]));
  expect((await logged("fails-twice", 3)).at(-1)).toMatchObject({ outcome: "delivered", attempt: 3 });
  await received("/hangs-once", 2);
  expect((await logged("hangs-once", 2)).at(-1)).toMatchObject({ outcome: "delivered", attempt: 2 });
});

test("after a rotation both secrets sign, and an event that is sent again keeps its id", async () => {
  const id = idOf("answers");
  const before = made["answers"]?.secret ?? "";
  const rotated = await api("POST", `/v1/webhooks/${id}/rotate`);
  expect(rotated.status, rotated.text).toBe(200);
  const { secret: after } = withSecret(rotated.json);
  const [line] = await deliveriesOf(id);
  const sent = await api("POST", `/v1/webhooks/${id}/redeliver`, { body: { delivery_id: line?.id } });
  expect(sent.status, sent.text).toBe(202);
  const both = (await received("/answers", 2)).at(-1);
  expect(both?.id).toBe(receiver.at("/answers")[0]?.id);
  expect(both?.signatures).toHaveLength(2);
  expect([before, after].map((secret) => both?.isSignedBy(secret))).toEqual([true, true]);
  minutesLater(24 * 60 + 1);
  expect((await api("POST", `/v1/webhooks/${id}/test`)).status).toBe(202);
  const one = (await received("/answers", 3)).at(-1);
  expect(one?.body.type).toBe("webhook.test");
  expect([before, after].map((secret) => one?.isSignedBy(secret))).toEqual([false, true]);
});
