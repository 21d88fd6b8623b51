import { S3Client } from "@aws-sdk/client-s3";
import { beforeEach, expect, test } from "vitest";
import { attachmentNamed, S3Store } from "../../../../shared/aws/s3/store.ts";
import { SeededRandom } from "../../../../simulation/memory/seeded-random.ts";
import type { Etag } from "../../../../shared/ports.ts";
import { StoreError } from "../../../../shared/ports.ts";
import { StoreClock } from "../../../../shared/system/store-clock.ts";
import { systemClock } from "../../../../shared/system/system-clock.ts";
import { createRecord } from "../../../../shared/records/records.ts";
import type { Reply } from "../scripted-server.ts";
import { sdkSettings, SleeplessClock, useScriptedServer } from "../scripted-server.ts";

const server = useScriptedServer();
let clock: SleeplessClock;
let store: S3Store;
beforeEach(() => {
  clock = new SleeplessClock();
  const client = new S3Client({ ...sdkSettings(server, 3), forcePathStyle: true });
  store = new S3Store({
    client,
    bucket: "bucket",
    clock: new StoreClock(clock),
    random: new SeededRandom(1),
  });
});

const refusal = (status: number, code: string): Reply => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
});
const taken: Reply = { status: 200, headers: { etag: '"new"' } };
const old = '"old"' as Etag;

test.each([
  ["an answer", 200, "{}"],
  ["a refusal", 404, "<Error><Code>NoSuchKey</Code></Error>"],
] as const)("%s of S3 sets the clock of whoever asked", async (_name, status, body) => {
  // It stands still: how long the answer takes makes no difference.
  const nowMs = systemClock.nowMs();
  const own = new StoreClock({ ...systemClock, nowMs: () => nowMs });
  const client = new S3Client({ ...sdkSettings(server, 3), forcePathStyle: true });
  const asking = new S3Store({ client, bucket: "bucket", clock: own, random: new SeededRandom(1) });
  // Past five minutes the SDK has a rule of its own.
  const date = new Date(nowMs + 200_000).toUTCString();
  server.replies.push({ status, body, headers: { date } });
  await asking.get("key");
  expect(own.nowMs()).toBe(Date.parse(date));
});

test("an object tells when it was written, by S3's own clock", async () => {
  const headers = { etag: '"tag"', "last-modified": "Tue, 24 Nov 2026 12:00:00 GMT" };
  server.replies.push({ status: 200, body: "{}", headers });
  expect((await store.get("key"))?.modifiedMs).toBe(Date.UTC(2026, 10, 24, 12));
});

test("a creation asks that nothing be there, a replacement that one version be there", async () => {
  server.replies.push(taken, taken);
  await store.create("key", "text");
  await store.replace("key", "text", old);
  const [create, replace] = server.requests;
  expect([create?.method, create?.path.split("?")[0], create?.headers["if-none-match"]]).toEqual([
    "PUT",
    "/bucket/key",
    "*",
  ]);
  expect([create?.headers["if-match"], replace?.headers["if-match"]]).toEqual([undefined, '"old"']);
});

test("a concurrent conditional write is tried again, after a pause, until it is decided", async () => {
  server.replies.push(
    refusal(409, "ConditionalRequestConflict"),
    refusal(409, "ConditionalRequestConflict"),
    taken,
  );
  expect(await store.create("key", "text")).toEqual({ kind: "written", etag: '"new"' });
  expect(clock.sleeps).toBe(2);
});

test("a conflict that never ends is an error", async () => {
  for (let time = 0; time < 8; time += 1) server.replies.push(refusal(409, "ConditionalRequestConflict"));
  await expect(store.create("key", "text")).rejects.toThrow(StoreError);
  expect(server.requests).toHaveLength(8);
});

test("a condition that does not hold is an outcome", async () => {
  server.replies.push(refusal(412, "PreconditionFailed"), refusal(412, "PreconditionFailed"));
  expect(await store.create("key", "text")).toEqual({ kind: "exists" });
  expect(await store.replace("key", "text", old)).toEqual({ kind: "changed" });
});

test("replacing an object that is gone is an outcome", async () => {
  server.replies.push(refusal(404, "NoSuchKey"));
  expect(await store.replace("key", "text", old)).toEqual({ kind: "changed" });
});

test("after a write whose answer was lost, a failed condition is not taken for another writer's", async () => {
  server.replies.push("cut", refusal(412, "PreconditionFailed"));
  await expect(store.create("key", "text")).rejects.toThrow(StoreError);
  server.replies.push("cut", refusal(412, "PreconditionFailed"));
  await expect(store.replace("key", "text", old)).rejects.toThrow(StoreError);
});

test("a record is recognized as ours when the answer to its first write was lost", async () => {
  server.replies.push("cut", refusal(412, "PreconditionFailed"), {
    status: 200,
    headers: { etag: '"ours"' },
    body: '{"nonce":"n"}',
  });
  expect(await createRecord(store, "key", { nonce: "n" })).toEqual({ kind: "written", etag: '"ours"' });
});

test("a refusal of the bucket is an error that keeps its key and cause", async () => {
  server.replies.push(refusal(403, "AccessDenied"));
  const error: unknown = await store.get("some/key").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject({ key: "some/key", cause: { name: "AccessDenied" } });
});

test("of 100 requests 48 run at a time, fewer than the SDK has sockets", async () => {
  const client = new S3Client(sdkSettings(server, 1));
  let running = 0;
  let most = 0;
  client.middlewareStack.add(
    () => async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return { response: null, output: { ETag: '"new"', $metadata: {} } };
    },
    { step: "initialize" },
  );
  const own = new S3Store({
    client,
    bucket: "bucket",
    clock: new StoreClock(clock),
    random: new SeededRandom(1),
  });
  await Promise.all(Array.from({ length: 100 }, (_, index) => own.put(`key-${index}`, "text")));
  expect(most).toBe(48);
});

test.each([
  ["000002-bee.wav", `attachment; filename="000002-bee.wav"; filename*=UTF-8''000002-bee.wav`],
  ["01 größe.wav", `attachment; filename="01 gr__e.wav"; filename*=UTF-8''01%20gr%C3%B6%C3%9Fe.wav`],
  [
    `a"b\\c\n'(*).wav`,
    `attachment; filename="a_b_c_____.wav"; filename*=UTF-8''a%22b%5Cc%0A%27%28%2A%29.wav`,
  ],
  ["half \ud83c.wav", `attachment; filename="half _.wav"; filename*=UTF-8''half%20%EF%BF%BD.wav`],
])("the name %j is sent for old readers and for new ones", (name, expected) => {
  expect(attachmentNamed(name)).toBe(expected);
});

test.each([
  ["AccessDenied", 403, true],
  ["InvalidAccessKeyId", 403, true],
  ["NoSuchBucket", 404, true],
  ["PermanentRedirect", 301, true],
  ["SlowDown", 503, false],
  ["InternalError", 500, false],
])("an answer %s (%d) says whether it is a refusal: %s", async (code, status, isRefusal) => {
  for (let time = 0; time < 3; time += 1) server.replies.push(refusal(status, code));
  const error: unknown = await store.put("key", "text").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject({ isRefusal });
});

test("a machine without credentials is refused before anything is asked", async () => {
  const client = new S3Client({
    ...sdkSettings(server, 1),
    forcePathStyle: true,
    credentials: () => Promise.reject(new CredentialsProviderError("no credentials")),
  });
  const own = new S3Store({
    client,
    bucket: "bucket",
    clock: new StoreClock(clock),
    random: new SeededRandom(1),
  });
  await expect(own.put("key", "text")).rejects.toMatchObject({ isRefusal: true });
  expect(server.requests).toHaveLength(0);
});

/** As the SDK's own providers throw it. */
class CredentialsProviderError extends Error {
  override readonly name = "CredentialsProviderError";
}
