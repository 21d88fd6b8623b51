import { describe, expect, test } from "vitest";
import { readResultWithCodes, readResult } from "../../../../shared/batch/progress/batch-files.ts";
import { reuseKeyOf } from "../../../../shared/batch/progress/reuse.ts";
import { checkSubmit } from "../../../../shared/batch/submit/submit.ts";
import { findSources, refusalOfToday } from "../../../../shared/batch/submit/sources.ts";
import { createUpload } from "../../../../shared/batch/uploads/uploads.ts";
import { draftOfRetry } from "../../../../shared/batch/submit/retry.ts";
import { continueFromSchema } from "../../../../shared/contract/api/continuation.ts";
import { defaultParameters } from "../../../../shared/contract/api/parameters.ts";
import { itemIdOf, type ItemId } from "../../../../shared/contract/ids.ts";
import type { BatchRecord, ResultRecord } from "../../../../shared/contract/records/batch-records.ts";
import { batchKeys, uploadKeys } from "../../../../shared/contract/records/keys.ts";
import { uploaded } from "../expand/upload-world.ts";
import { result } from "../events.ts";
import { jobsIn, settings, storedItems, submitted, world, type World } from "../world.ts";

const codes = "c29tZSBjb2Rlcw==";

/** Ada's batch, whose first item has a clip of 10 s. */
async function worldWithClip(change: Partial<ResultRecord> & { readonly codes?: string } = { codes }) {
  const at = world();
  const made = await submitted(at, { items: [{ prompt: "a calm piano" }, { prompt: "a drum" }] });
  const own = { ...result(0), batch_id: made.id, item_id: itemIdOf(made.id, 0), ...change };
  await at.store.create(batchKeys.result(made.id, 0), JSON.stringify(own));
  return { at, made, item: itemIdOf(made.id, 0) };
}

const continuing = (continue_from: unknown, change: object = {}) => ({
  items: [{ prompt: "and then strings", duration_seconds: 20, continue_from, ...change }],
});

async function faultsOf(at: World, body: unknown, owner = "ada"): Promise<readonly string[]> {
  const checked = await checkSubmit(body, owner, at, settings);
  return checked.kind === "valid" ? [] : checked.faults.map(({ pointer, detail }) => `${pointer} ${detail}`);
}

const sourceIn = async (at: World, batch: BatchRecord, id: string) =>
  (await at.store.get(batchKeys.source(batch.id, id)))?.body;

describe("a clip that continues an item", () => {
  test("has the codes beside its own batch, whatever becomes of the other", async () => {
    const { at, item } = await worldWithClip();
    const batch = await submitted(at, continuing({ item_id: item }));
    expect(await sourceIn(at, batch, item)).toBe(codes);
    expect((await storedItems(at, batch))[0]?.continue_from).toEqual({ item_id: item });
    expect(jobsIn(at).at(-1)).toMatchObject({ batch_id: batch.id, continue_from: { item_id: item } });
  });

  test("is estimated by what is new of it", async () => {
    const { at, item } = await worldWithClip();
    const batch = await submitted(at, continuing({ item_id: item }));
    const whole = await submitted(at, { items: [{ prompt: "x", duration_seconds: 20 }] });
    const half = await submitted(at, { items: [{ prompt: "x", duration_seconds: 10 }] });
    expect(batch.estimate?.usd).toEqual(half.estimate?.usd);
    expect(whole.estimate?.usd).not.toEqual(half.estimate?.usd);
    expect(batch.audio_seconds).toBe(20);
  });

  test.each([
    ["of another owner", "bob", (item: ItemId) => item, "names no item of yours"],
    ["that does not exist", "ada", (item: ItemId) => item.replace(/_0$/, "_7"), "names no item of yours"],
    ["that has no result", "ada", (item: ItemId) => item.replace(/_0$/, "_1"), "has no clip yet"],
  ])("is refused for an item %s", async (_case, owner, named, detail) => {
    const { at, item } = await worldWithClip();
    const faults = await faultsOf(at, continuing({ item_id: named(item) }), owner);
    expect(faults).toEqual([expect.stringContaining(`/items/0/continue_from ${detail}`)]);
  });

  test("is refused for an item that failed, one without codes, and one that is as long as the clip", async () => {
    const failed = await worldWithClip({ outcome: "failed", audio: null, provenance: null });
    expect(await faultsOf(failed.at, continuing({ item_id: failed.item }))).toEqual([
      expect.stringContaining("has no clip: it ended as failed"),
    ]);
    const old = await worldWithClip({});
    expect(await faultsOf(old.at, continuing({ item_id: old.item }))).toEqual([
      expect.stringContaining("make it again"),
    ]);
    const { at, item } = await worldWithClip();
    expect(await faultsOf(at, continuing({ item_id: item }, { duration_seconds: 10 }))).toEqual([
      expect.stringContaining("is 10 seconds long; duration_seconds is the whole clip's and must be greater"),
    ]);
  });

  test("is refused once for all variations of an item, and looks the source up once", async () => {
    const { at } = await worldWithClip();
    const faults = await faultsOf(
      at,
      continuing({ item_id: "item_01KDVDNG00AAAAAAAAAAAAAAAA_0" }, { variations: 8 }),
    );
    expect(faults).toHaveLength(1);
  });

  test("costs one read of the day's count, and two at the same moment do not pass its limit", async () => {
    const reads: string[] = [];
    const note = (operation: string, key: string): void => {
      if (operation === "get" && key.startsWith("reuse/continued/")) reads.push(key);
    };
    const at = world({ before: note });
    expect(await refusalOfToday(at, 3)).toBeNull();
    expect(reads).toHaveLength(1);
    const both = [refusalOfToday(at, 150_000), refusalOfToday(at, 150_000)];
    const told = await at.clock.runUntil(Promise.all(both));
    expect(told.filter((refusal) => refusal === null)).toHaveLength(1);
  });

  test("is looked up once: what an upload's earlier lines have found is not given again", async () => {
    const { at, made, item } = await worldWithClip();
    const other = itemIdOf(made.id, 1);
    const clips = [item, other].map((id) => ({ continueFrom: continueFromSchema.parse({ item_id: id }) }));
    const wanted = { owner: "ada", model: { id: "small" } };
    const first = await findSources(at, clips.slice(0, 1), wanted);
    expect([...first.keys()]).toEqual([item]);
    expect([...(await findSources(at, clips, wanted, first)).keys()]).toEqual([other]);
  });

  test("is one of 200,000 a day, over all batches, estimates and retries; then none is looked up until the next day", async () => {
    const { at, item } = await worldWithClip();
    const count = "reuse/continued/2026-01-01.json";
    await submitted(at, continuing({ item_id: item }, { variations: 8 }));
    expect((await at.store.get(count))?.body).toBe('{"v":1,"items":1}');
    await at.store.put(count, '{"v":1,"items":200000}');
    const detail =
      "is too much for today: the service continues 200000 clips and files a day; try again tomorrow (UTC)";
    expect(await faultsOf(at, continuing({ item_id: item }))).toEqual([`/items/0/continue_from ${detail}`]);
    expect((await at.store.get(count))?.body).toBe('{"v":1,"items":200000}');
    await at.clock.advance(86_400_000);
    expect(await faultsOf(at, continuing({ item_id: item }))).toEqual([]);
  });

  test("has what it continues also in a retry", async () => {
    const { at, item } = await worldWithClip();
    const batch = await submitted(at, continuing({ item_id: item }));
    await at.store.put(
      batchKeys.progress(batch.id),
      JSON.stringify({
        ...JSON.parse((await at.store.get(batchKeys.progress(batch.id)))?.body ?? ""),
        ended_at: batch.submitted_at,
      }),
    );
    const drafted = await draftOfRetry(batch, {}, at, settings);
    expect(drafted).toMatchObject({
      draft: { contents: { clips: [{ continueFrom: { item_id: item } }] } },
    });
    await at.store.put("reuse/continued/2026-01-01.json", '{"v":1,"items":200000}');
    expect(await draftOfRetry(batch, {}, at, settings)).toEqual({
      refusal: {
        kind: "no_retry",
        detail:
          "what its items continue is too much for today: the service continues 200000 clips and files a day; try again tomorrow (UTC)",
      },
    });
    const contents = "draft" in drafted ? drafted.draft.contents : null;
    expect(contents?.kind === "listed" && [...contents.sources]).toEqual([
      [item, { kind: "found", content: { copyOf: batchKeys.source(batch.id, item) }, seconds: null }],
    ]);
  });

  test("is another clip than one of the same prompt that continues nothing, or something else", () => {
    const maker = { v: 1, source: "s", revision: "r", engine_version: "1", dtype: "d", device: "t" } as const;
    const key = (continue_from?: { item_id: ItemId | undefined }) =>
      reuseKeyOf({
        ...{ owner: "ada", model: "small", maker },
        item: {
          prompt: "x",
          seed: 1,
          parameters: defaultParameters,
          ...(continue_from && { continue_from }),
        },
      });
    const [one, two] = [0, 1].map((index) => itemIdOf(result(0).batch_id, index));
    const keys = [key(), key({ item_id: one }), key({ item_id: two })];
    expect(new Set(keys).size).toBe(3);
    expect(key({ item_id: one })).toBe(keys[1]);
  });
});

test("a result is read without its codes, which lie in it", async () => {
  const { at, made } = await worldWithClip();
  expect(await readResult(at.store, made.id, 0)).not.toHaveProperty("codes");
  expect((await readResultWithCodes(at.store, made.id, 0))?.codes).toBe(codes);
});

describe("a clip that continues an upload", () => {
  test("has a copy of it beside its batch, and the upload may be continued again", async () => {
    const at = world();
    const upload = await uploaded(at, "RIFF and so on");
    const body = continuing({ upload_id: upload, start: 2, end: 12 });
    const [first, second] = [await submitted(at, body), await submitted(at, body)];
    expect(await sourceIn(at, first, upload)).toBe("RIFF and so on");
    expect(await sourceIn(at, second, upload)).toBe("RIFF and so on");
    const half = await submitted(at, { items: [{ prompt: "x", duration_seconds: 10 }] });
    expect(first.estimate?.usd).toEqual(half.estimate?.usd);
  });

  test("is refused for an upload of another owner, and one that became a batch", async () => {
    const at = world();
    const upload = await uploaded(at, "RIFF");
    expect(await faultsOf(at, continuing({ upload_id: upload }), "bob")).toEqual([
      expect.stringContaining("names no upload of yours"),
    ]);
    const lines = await uploaded(at, '{"prompt":"x"}\n');
    await submitted(at, { upload_id: lines });
    expect(await faultsOf(at, continuing({ upload_id: lines }))).toEqual([
      expect.stringContaining("was submitted as the items of a batch"),
    ]);
    const { id: empty } = await createUpload(at, "ada", 4);
    expect(await faultsOf(at, continuing({ upload_id: empty }))).toEqual([
      expect.stringContaining("has no file yet"),
    ]);
  });

  test("is refused for an upload of more than 64 MiB", async () => {
    const at = world();
    const { id } = await createUpload(at, "ada", 64 * 1024 * 1024 + 1);
    expect(await faultsOf(at, continuing({ upload_id: id }))).toEqual([
      expect.stringContaining("has 67108865 bytes; an audio file may have 67108864"),
    ]);
  });

  test.each([
    [2.2, 32.2],
    [4.2, 34.2],
    [0, 30],
  ])("may be a part of exactly 30 s, from %d to %d", (start, end) => {
    const part = { upload_id: "upload_01KDVDNG00AAAAAAAAAAAAAAAA", start, end };
    expect(continueFromSchema.safeParse(part).success).toBe(true);
    expect(continueFromSchema.safeParse({ ...part, end: end + 0.1 }).success).toBe(false);
  });

  test("is refused with its length as people write it", async () => {
    const at = world();
    const part = { upload_id: await uploaded(at, "RIFF"), start: 4.1, end: 24.4 };
    expect(await faultsOf(at, continuing(part))).toEqual([
      expect.stringContaining("is 20.3 seconds long; duration_seconds"),
    ]);
  });

  test("is refused for an upload whose file is absent, or of another size than it was made for", async () => {
    const at = world();
    const { id } = await createUpload(at, "ada", 9);
    expect(await faultsOf(at, continuing({ upload_id: id }))).toEqual([
      expect.stringContaining("has no file yet"),
    ]);
    at.store.upload(uploadKeys.file(id), Buffer.from("RIFF"));
    expect(await faultsOf(at, continuing({ upload_id: id }))).toEqual([
      expect.stringContaining("has a file of 4 bytes, but was made for 9"),
    ]);
  });

  test("is refused for a model that cannot read audio", async () => {
    const at = world();
    const upload = await uploaded(at, "RIFF");
    const deaf = { ...settings, models: settings.models.map((one) => ({ ...one, encodes_audio: false })) };
    const checked = await checkSubmit(continuing({ upload_id: upload }), "ada", at, deaf);
    expect(checked).toMatchObject({
      kind: "invalid",
      faults: [{ detail: "cannot be continued: the model 'small' continues its own clips only" }],
    });
  });

  test.each([
    [{}, "/continue_from must name either an item_id or an upload_id"],
    [
      { item_id: "item_01KDVDNG00AAAAAAAAAAAAAAAA_0", start: 1 },
      "/continue_from/start is for an upload; an item's clip is continued whole",
    ],
    [{ upload_id: "upload_01KDVDNG00AAAAAAAAAAAAAAAA", start: 5, end: 5 }, "/end must be greater than start"],
    [
      { upload_id: "upload_01KDVDNG00AAAAAAAAAAAAAAAA", end: 30.5 },
      "/end must be at most 30 seconds after start",
    ],
    [{ upload_id: "upload_01KDVDNG00AAAAAAAAAAAAAAAA", from: 5 }, "/from is not a known field"],
    [{ upload_id: "x" }, "/upload_id must be the id of an upload"],
    [{ item_id: "batch_01KDVDNG00AAAAAAAAAAAAAAAA" }, "/item_id must be an item's id, such as item_…_0"],
    ["item_1", "/continue_from"],
  ])("is refused as %j, with the place", async (from, fault) => {
    expect((await faultsOf(world(), continuing(from)))[0]).toContain(fault);
  });
});
