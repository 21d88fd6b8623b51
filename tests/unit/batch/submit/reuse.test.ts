import { describe, expect, test } from "vitest";
import { giveExisting } from "../../../../shared/batch/submit/give-existing.ts";
import { readResult } from "../../../../shared/batch/progress/batch-files.ts";
import { countsOf } from "../../../../shared/batch/progress/progress.ts";
import { keepForReuse, reuseKeyOf, writeMaker } from "../../../../shared/batch/progress/reuse.ts";
import { defaultParameters } from "../../../../shared/contract/api/parameters.ts";
import { itemIdOf } from "../../../../shared/contract/ids.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import type { MakerRecord } from "../../../../shared/contract/records/reuse-records.ts";
import { StoreError } from "../../../../shared/ports.ts";
import type { Faults } from "../../../../simulation/memory/faults.ts";
import { result } from "../events.ts";
import { jobsIn, progressOf, settings, storedItems, submitted, world, type World } from "../world.ts";

const maker: MakerRecord = {
  v: 1,
  source: "small",
  revision: "0123456789ab",
  engine_version: "1",
  dtype: "float16",
  device: "Tesla T4",
};
const piano = { prompt: "a calm piano", seed: 7 };
const body = (item: object = piano, change: object = {}) => ({ items: [item], ...change });

/** Ada has a clip of the calm piano, made by the machine of {@link maker}. */
async function worldWithClip(faults?: Faults): Promise<World & { readonly made: BatchRecord }> {
  const at = world(faults);
  const made = await submitted(at);
  await writeMaker(at.store, "small", maker);
  const own = { ...result(0), batch_id: made.id, item_id: itemIdOf(made.id, 0) };
  await at.store.put(own.audio?.key ?? "", "the sound of a piano");
  const item = { ...piano, parameters: defaultParameters };
  await keepForReuse(at.store, reuseKeyOf({ owner: "ada", model: "small", maker, item }), own, undefined);
  return { ...at, made };
}

const resultOf = ({ store }: World, { id }: BatchRecord, index = 0) => readResult(store, id, index);

describe("a clip that its owner has already", () => {
  test("is given at once, costs nothing, and says whose copy it is", async () => {
    const at = await worldWithClip();
    const before = [jobsIn(at).length, at.launcher.count];
    const batch = await submitted(at, body());
    expect(await resultOf(at, batch)).toMatchObject({
      outcome: "succeeded",
      reused_from: itemIdOf(at.made.id, 0),
      instance_id: null,
      gpu_seconds: 0,
      steps: 0,
      spent: [],
      audio: { key: `batches/${batch.id}/audio/0-0.wav` },
    });
    const progress = await progressOf(at, batch);
    expect([countsOf(progress).succeeded, progress.ended_at]).toEqual([1, "2026-01-01T12:00:00.000Z"]);
    expect([jobsIn(at).length, at.launcher.count]).toEqual(before);
  });

  test("is given half a million times a day at most, over all batches; after that it is made, until the next day", async () => {
    const at = await worldWithClip();
    await at.store.put("reuse/given/2026-01-01.json", '{"v":1,"items":499998}');
    const three = { items: [piano, piano, piano] };
    const first = await submitted(at, three);
    expect(countsOf(await progressOf(at, first))).toMatchObject({ succeeded: 2, queued: 1 });
    expect((await at.store.get("reuse/given/2026-01-01.json"))?.body).toBe('{"v":1,"items":500000}');
    const second = await submitted(at, three);
    expect(countsOf(await progressOf(at, second))).toMatchObject({ succeeded: 0, queued: 3 });
    await at.clock.advance(12 * 3_600_000);
    const third = await submitted(at, three);
    expect(countsOf(await progressOf(at, third))).toMatchObject({ succeeded: 3 });
  });

  test("is a copy of its own: it stays when the batch that made it is gone", async () => {
    const at = await worldWithClip();
    const batch = await submitted(at, body());
    for (const { key } of (await at.store.list(`batches/${at.made.id}/`)).objects) await at.store.delete(key);
    const key = (await resultOf(at, batch))?.audio?.key ?? "";
    expect((await at.store.get(key))?.body).toBe("the sound of a piano");
    const again = await submitted(at, body());
    expect((await resultOf(at, again))?.reused_from).toBe(itemIdOf(batch.id, 0));
  });

  test.each<[name: string, change: object]>([
    ["has another prompt", body({ ...piano, prompt: "a loud piano" })],
    ["has another seed", body({ ...piano, seed: 8 })],
    ["has another length", body({ ...piano, duration_seconds: 11 })],
    ["has another temperature", body({ ...piano, temperature: 0.9 })],
    ["has another format", body({ ...piano, output: { format: "flac" } })],
    ["has another fade", body({ ...piano, output: { fade_out_seconds: 1 } })],
    ["has another model", body(piano, { model: "large" })],
    ["has no seed", body({ prompt: "a calm piano" })],
    ["is of a batch without reuse", body(piano, { reuse: false })],
  ])("is not given to an item that %s", async (_name, request) => {
    const at = await worldWithClip();
    const batch = await submitted(at, request);
    expect(await resultOf(at, batch)).toBeNull();
    expect(countsOf(await progressOf(at, batch)).queued).toBe(1);
  });

  test("is never given to another owner", async () => {
    const at = await worldWithClip();
    expect(await resultOf(at, await submitted(at, body(), "bob"))).toBeNull();
  });

  test.each<[name: string, change: Partial<MakerRecord>]>([
    ["other weights", { revision: "ba9876543210" }],
    ["another engine", { engine_version: "2" }],
    ["other arithmetic", { dtype: "bfloat16" }],
    ["another GPU", { device: "NVIDIA L4" }],
    ["a source that the stage no longer names", { source: "elsewhere" }],
  ])("is not given once machines have %s", async (_name, change) => {
    const at = await worldWithClip();
    await writeMaker(at.store, "small", { ...maker, ...change });
    expect(await resultOf(at, await submitted(at, body()))).toBeNull();
  });

  test("counts as none when its audio is gone, and the item is made", async () => {
    const at = await worldWithClip();
    await at.store.delete(result(0).audio?.key ?? "");
    const batch = await submitted(at, body());
    expect(await resultOf(at, batch)).toBeNull();
    expect(jobsIn(at).filter(({ batch_id }) => batch_id === batch.id)).toHaveLength(1);
  });

  test("leaves the other items of its batch to be made", async () => {
    const at = await worldWithClip();
    const batch = await submitted(at, { items: [{ prompt: "x", seed: 1 }, piano, { prompt: "y" }] });
    expect(countsOf(await progressOf(at, batch))).toMatchObject({ succeeded: 1, queued: 2 });
    const sent = jobsIn(at).filter(({ batch_id }) => batch_id === batch.id);
    expect(sent.map(({ index }) => index)).toEqual([0, 2]);
  });

  test("is made when the store cannot copy it", async () => {
    const at = await worldWithClip({
      before: (operation, key) => {
        if (operation === "copy") throw new StoreError("S3 did not answer", key, { cause: "test" });
      },
    });
    const batch = await submitted(at, body());
    expect(await resultOf(at, batch)).toBeNull();
    expect(jobsIn(at).filter(({ batch_id }) => batch_id === batch.id)).toHaveLength(1);
  });

  test("is given once: what was given before a crash is found, and nothing is queued", async () => {
    const at = await worldWithClip();
    const batch = await submitted(at, body());
    const first = await resultOf(at, batch);
    await at.clock.advance(60_000);
    const items = await storedItems(at, batch);
    expect(await giveExisting(at, batch, settings.models[0], items, Infinity)).toEqual([]);
    expect(await resultOf(at, batch)).toEqual(first);
  });

  test("is not looked for when there is no time left", async () => {
    const at = await worldWithClip();
    const batch = await submitted(at, body(piano, { reuse: false }));
    const items = (await storedItems(at, batch)).map((item) => ({ ...item, reuse: true }));
    expect(await giveExisting(at, batch, settings.models[0], items, at.clock.nowMs())).toEqual(items);
  });
});

test("an item that may be reused costs one read, and three writes when it is, and a write counts all of a submit", async () => {
  const own = { reads: 0, writes: 0 };
  const at = await worldWithClip({
    before: (operation, key) => {
      if (operation === "get" && /^reuse\/[0-9a-f]{64}$/.test(key)) own.reads += 1;
      if (operation === "copy") own.writes += 1;
      if (["put", "create"].includes(operation) && /^reuse\/|\/results\//.test(key)) own.writes += 1;
    },
  });
  Object.assign(own, { reads: 0, writes: 0 });
  await submitted(at, body());
  expect(own).toEqual({ reads: 1, writes: 4 });
  await submitted(at, body({ ...piano, seed: 8 }));
  expect(own).toEqual({ reads: 2, writes: 4 });
});

test("a clip's key never changes, or no clip would be found again", () => {
  const item = { ...piano, parameters: defaultParameters };
  expect(reuseKeyOf({ owner: "ada", model: "small", maker, item })).toMatchInlineSnapshot(
    `"reuse/305202aeafea473bbf0d55c85ad778ff16f639ea735a5c73ad1e2f519fa6eecc"`,
  );
});
