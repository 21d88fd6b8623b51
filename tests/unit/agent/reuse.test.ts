import { expect, test } from "vitest";
import { readResultWithCodes } from "../../../shared/batch/progress/batch-files.ts";
import { readMaker, readReusable, reuseKeyOf } from "../../../shared/batch/progress/reuse.ts";
import { itemIdOf } from "../../../shared/contract/ids.ts";
import { StoreError } from "../../../shared/ports.ts";
import { batchId, WorkerWorld } from "./worker-world.ts";

const model = { id: "tiny-random", source: "tiny-random" };

/** The clips that were kept, by their keys in the store. */
const kept = async ({ store }: WorkerWorld): Promise<readonly string[]> =>
  (await store.list("reuse/")).objects.map(({ key }) => key).filter((key) => !key.includes("makers"));

test("a ready worker tells with what it makes clips, and from which source", async () => {
  const world = new WorkerWorld();
  await world.clock.runUntil(world.worker().left);
  expect(await readMaker(world.store, model)).toMatchObject({
    source: "tiny-random",
    revision: "0123456789ab",
    dtype: "bfloat16",
  });
});

test("a clip that may be reused is kept under its kind, with its item and its audio", async () => {
  const world = new WorkerWorld();
  await world.send(1, { reuse: true });
  await world.clock.runUntil(world.worker().left);
  const maker = await readMaker(world.store, model);
  if (maker === null) throw new Error("expected a maker");
  const key = reuseKeyOf({ owner: "us", model: "tiny-random", maker, item: world.message() });
  expect(await kept(world)).toEqual([key]);
  const [result] = await world.results();
  expect(await readReusable(world.store, key)).toEqual({
    v: 1,
    item_id: itemIdOf(batchId, 0),
    audio: result?.audio,
    provenance: result?.provenance,
    codes: (await readResultWithCodes(world.store, batchId, 0))?.codes,
  });
});

test.each([
  ["an item that may not be reused", { reuse: false }],
  ["a message of an older version, which names no owner", { reuse: true, owner: null }],
])("nothing is kept of %s", async (_name, change) => {
  const world = new WorkerWorld();
  await world.send(1, change);
  await world.clock.runUntil(world.worker().left);
  expect(await world.outcomes()).toEqual({ 0: "succeeded" });
  expect(await kept(world)).toEqual([]);
});

test("an item is done even if its clip cannot be kept for reuse", async () => {
  const world = new WorkerWorld({
    storeFaults: {
      before: (operation, key) => {
        if (operation === "put" && key.startsWith("reuse/"))
          throw new StoreError("S3 did not answer", key, { cause: "test" });
      },
    },
  });
  await world.send(2, { reuse: true });
  await world.clock.runUntil(world.worker().left);
  expect(await world.outcomes()).toEqual({ 0: "succeeded", 1: "succeeded" });
  expect(world.jobs.standard.contents()).toEqual([]);
});

test("a clip that is kept for reuse costs three writes of its own: audio, result and where it is found", async () => {
  const writes: string[] = [];
  const world = new WorkerWorld({
    storeFaults: {
      before: (operation, key) => {
        if (["create", "replace", "put", "putFile", "copy"].includes(operation)) writes.push(key);
      },
    },
  });
  await world.send(100, { reuse: true });
  await world.clock.runUntil(world.worker().left);
  const ofClips = writes.filter((key) => !key.startsWith("fleet/") && !key.startsWith("reuse/makers/"));
  expect(ofClips.length / 100).toBe(3);
});
