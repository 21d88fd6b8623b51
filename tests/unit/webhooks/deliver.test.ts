import { describe, expect, test } from "vitest";
import { StoreError } from "../../../shared/ports.ts";
import {
  changeEndpoint,
  deleteEndpoint,
  findEndpoint,
  rotateSecret,
} from "../../../shared/webhooks/endpoints.ts";
import { tell } from "../../../shared/webhooks/tell.ts";
import { PlannedFaults } from "../../../simulation/memory/faults.ts";
import { noonMs } from "../batch/world.ts";
import { answered, ended, timedOut, webhookWorld } from "./world.ts";

const url = "https://example.com/hooks";
const dayMs = 86_400_000;
const tellEve = (count: number, at: ReturnType<typeof webhookWorld>): Promise<void> =>
  tell(
    "eve",
    Array.from({ length: count }, (_, n) => ended(n)),
    at,
  );

describe("deliver", () => {
  test("sends the event's body with its id, and logs the attempt", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(url);
    await tell("ada", [ended()], at);
    await at.run(1000);
    expect(at.posts).toHaveLength(1);
    expect(at.posts[0]).toMatchObject({ url, body: JSON.stringify(ended().body) });
    expect(at.posts[0]?.headers["webhook-id"]).toBe("batch_01KDVDNG00ZZZZZZZZZZZZZZZZ:ended");
    expect(await at.attempts(endpoint.id)).toEqual([
      {
        id: expect.stringMatching(/^\d{13}-/) as string,
        event_id: "batch_01KDVDNG00ZZZZZZZZZZZZZZZZ:ended",
        event_type: "batch.ended",
        attempt: 1,
        at: "2026-01-01T12:00:00.000Z",
        outcome: "delivered",
        status: 204,
        detail: "answered 204",
        milliseconds: 20,
        next_attempt_at: null,
      },
    ]);
    expect(at.webhooks.contents()).toEqual([]);
  });

  test("tries seven times within a day, always with the same id, and then gives up", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(url);
    at.answers(url, answered(500));
    await tell("ada", [ended()], at);
    await at.run(2 * dayMs);
    const waits = at.posts.slice(1).map(({ atMs }, n) => (atMs - (at.posts[n]?.atMs ?? 0)) / 1000);
    expect(at.posts).toHaveLength(7);
    for (const [n, seconds] of [5, 300, 1800, 7200, 18_000, 36_000].entries()) {
      expect(waits[n]).toBeGreaterThan(seconds * 0.9 - 1);
      expect(waits[n]).toBeLessThan(seconds * 1.1 + 3);
    }
    expect(new Set(at.posts.map(({ headers }) => headers["webhook-id"]))).toEqual(
      new Set(["batch_01KDVDNG00ZZZZZZZZZZZZZZZZ:ended"]),
    );
    // The time of a signature is that of its attempt: a receiver refuses one that is older than five minutes.
    expect(new Set(at.posts.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(7);
    const log = await at.attempts(endpoint.id);
    expect(log.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, "retried"],
      [2, "retried"],
      [3, "retried"],
      [4, "retried"],
      [5, "retried"],
      [6, "retried"],
      [7, "given_up"],
    ]);
    expect(at.webhooks.contents()).toEqual([]);
  });

  test("no wait keeps a message in flight: each is sent again with a delay of 15 minutes at most", async () => {
    const at = webhookWorld();
    await at.endpoint(url);
    at.answers(url, answered(500));
    await tell("ada", [ended()], at);
    for (let hour = 0; hour < 20; hour += 1) {
      await at.run(3_600_000);
      for (const { receiveCount } of at.webhooks.contents()) expect(receiveCount).toBe(0);
    }
    expect(at.posts).toHaveLength(7);
  });

  test("an endpoint that answers 410 is disabled, and is sent nothing more", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(url);
    at.answers(url, answered(410));
    await tell("ada", [ended(1)], at);
    await at.run(dayMs);
    expect(await findEndpoint(at.store, "ada", endpoint.id)).toMatchObject({ disabled: "gone" });
    await tell("ada", [ended(2)], at);
    expect(at.webhooks.contents()).toEqual([]);
    expect(at.posts).toHaveLength(1);
    await changeEndpoint(endpoint.id, "ada", { enabled: true }, at);
    at.answers(url, answered(200));
    await tell("ada", [ended(3)], at);
    await at.run(dayMs);
    expect((await at.attempts(endpoint.id)).map(({ outcome }) => outcome)).toEqual(["disabled", "delivered"]);
  });

  test("what waits for a disabled endpoint is dropped, with a line that says so", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(url);
    await tell("ada", [ended()], at);
    await changeEndpoint(endpoint.id, "ada", { enabled: false }, at);
    await at.run(dayMs);
    expect(at.posts).toEqual([]);
    expect(await at.attempts(endpoint.id)).toMatchObject([
      { outcome: "disabled", detail: "the webhook is disabled", status: null },
    ]);
  });

  test("what waits for a deleted endpoint is dropped", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(url);
    await tell("ada", [ended()], at);
    expect(await deleteEndpoint(endpoint.id, "ada", at)).toBe(true);
    await at.run(dayMs);
    expect([at.posts, at.webhooks.contents()]).toEqual([[], []]);
    expect(await at.store.get(`webhooks/secrets/ada/${endpoint.id}.json`)).toBeNull();
  });

  test("an attempt after a rotation is signed by both secrets, and a day later by the new one", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(url);
    await rotateSecret(endpoint.id, "ada", at);
    await tell("ada", [ended(1)], at);
    await at.run(1000);
    await at.clock.advance(dayMs);
    await tell("ada", [ended(2)], at);
    await at.run(1000);
    const signatures = at.posts.map(({ headers }) => headers["webhook-signature"]?.split(" ").length);
    expect(signatures).toEqual([2, 1]);
  });

  test("a store that does not answer before the attempt brings the message back; after it, nothing is sent twice", async () => {
    const faults = new PlannedFaults();
    const at = webhookWorld(faults);
    await at.endpoint(url);
    await tell("ada", [ended()], at);
    faults.beforeNext("get", /endpoints/, () => {
      throw new StoreError("no answer", "key", { cause: null });
    });
    await at.invoke();
    expect([at.posts.length, at.webhooks.contents().length]).toEqual([0, 1]);
    await at.clock.advance(200_000);
    faults.beforeNext("create", /deliveries/, () => {
      throw new StoreError("no answer", "key", { cause: null });
    });
    await at.invoke();
    expect([at.posts.length, at.webhooks.contents().length]).toEqual([1, 0]);
  });

  test("a message that does not fit its schema is dropped, and the others are delivered", async () => {
    const at = webhookWorld();
    await at.endpoint(url);
    await at.webhooks.send([{ body: "{" }, { body: '{"v":1}' }]);
    await tell("ada", [ended()], at);
    await at.run(1000);
    expect([at.posts.length, at.webhooks.contents().length]).toEqual([1, 0]);
  });
});

describe("an endpoint that hangs", () => {
  const slowUrl = "https://slow.example/";

  test("delays nobody in the same invocation", async () => {
    const at = webhookWorld();
    await at.endpoint(slowUrl, ["batch.ended"], "eve");
    await at.endpoint(url);
    at.answers(slowUrl, timedOut, 15_000);
    await tellEve(20, at);
    await tell("ada", [ended()], at);
    await at.invoke();
    const [own] = at.posts.filter((post) => post.url === url);
    expect(own?.atMs).toBe(noonMs);
  });

  test("is then tried one event at a time, so that it holds one place of the function and no more", async () => {
    const at = webhookWorld();
    await at.endpoint(slowUrl, ["batch.ended"], "eve");
    at.answers(slowUrl, timedOut, 15_000);
    await tellEve(40, at);
    await at.invoke(10);
    at.posts.length = 0;
    // Half an hour, in which 40 events wait.
    await at.run(1_800_000);
    const starts = at.posts.map(({ atMs }) => atMs);
    expect(starts.length).toBeGreaterThan(2);
    for (const [n, startMs] of starts.slice(1).entries())
      expect(startMs - (starts[n] ?? 0)).toBeGreaterThanOrEqual(15_000 + 30_000);
  });

  test("delays others no more: theirs go out while its own wait", async () => {
    const at = webhookWorld();
    await at.endpoint(slowUrl, ["batch.ended"], "eve");
    await at.endpoint(url);
    at.answers(slowUrl, timedOut, 15_000);
    await tellEve(40, at);
    await at.invoke(10);
    await tell("ada", [ended()], at);
    const beganMs = at.clock.nowMs();
    await at.invoke();
    const [own] = at.posts.filter((post) => post.url === url);
    expect(own?.atMs).toBe(beganMs);
    // 30 of its events were looked at too, and none of them was sent.
    expect(at.clock.nowMs() - beganMs).toBeLessThan(1000);
  });

  test("that answers after 14 s each time is tried one at a time as well", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(slowUrl, ["batch.ended"], "eve");
    at.answers(slowUrl, answered(200), 14_000);
    await tellEve(30, at);
    await at.invoke(10);
    at.posts.length = 0;
    await at.run(3_600_000);
    const starts = at.posts.map(({ atMs }) => atMs);
    for (const [n, startMs] of starts.slice(1).entries())
      expect(startMs - (starts[n] ?? 0)).toBeGreaterThanOrEqual(14_000);
    expect(await at.attempts(endpoint.id, "eve")).toHaveLength(30);
  });

  test("gets all that waits at once when it is fast again", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(slowUrl, ["batch.ended"], "eve");
    at.answers(slowUrl, timedOut, 15_000);
    await tellEve(30, at);
    await at.invoke(10);
    at.answers(slowUrl, answered(200));
    await at.run(600_000);
    expect(await at.store.get(`webhooks/slow/eve/${endpoint.id}.json`)).toBeNull();
    const log = await at.attempts(endpoint.id, "eve");
    expect(log.filter(({ outcome }) => outcome === "delivered")).toHaveLength(30);
  });

  test("or one that asks to be left alone is sent nothing until then, whatever happens meanwhile", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(slowUrl, ["batch.ended"], "eve");
    at.answers(slowUrl, answered(429, 600_000));
    await tellEve(1, at);
    await at.run(60_000);
    await tellEve(1, at);
    at.answers(slowUrl, answered(204));
    await at.run(539_000);
    expect(at.posts).toHaveLength(1);
    await at.run(200_000);
    expect(at.posts).toHaveLength(3);
    expect(await at.store.get(`webhooks/slow/eve/${endpoint.id}.json`)).toBeNull();
  });

  test("for 30 hours loses what waits for it, with a line that says so", async () => {
    const at = webhookWorld();
    const { endpoint } = await at.endpoint(slowUrl, ["batch.ended"], "eve");
    await tell("eve", [ended()], at);
    await at.clock.advance(30 * 3_600_000 + 1);
    const later = new Date(at.clock.nowMs() + 60_000).toISOString();
    const slow = { v: 1, slow: 9, next_at: later, nonce: "n" };
    await at.store.put(`webhooks/slow/eve/${endpoint.id}.json`, JSON.stringify(slow));
    await at.run(1000);
    expect(await at.attempts(endpoint.id, "eve")).toMatchObject([
      {
        outcome: "given_up",
        detail: "the endpoint was too slow for as long as the event is kept",
      },
    ]);
    expect(at.posts).toEqual([]);
  });
});

test("a delivery costs three reads, one write and three requests to the queue", async () => {
  const asked: string[] = [];
  const at = webhookWorld({ before: (operation) => void asked.push(operation) });
  await at.endpoint(url);
  asked.length = 0;
  await tell("ada", [ended()], at);
  // Who wants it, and the message for each who does.
  expect(asked).toEqual(["get", "send"]);
  asked.length = 0;
  await at.invoke(1);
  // The endpoint, whether it is slow, and its secret; then the line of the log.
  expect(asked).toEqual(["receive", "get", "get", "get", "create", "delete"]);
});
