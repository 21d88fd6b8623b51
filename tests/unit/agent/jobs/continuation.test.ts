import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { readResultWithCodes } from "../../../../shared/batch/progress/batch-files.ts";
import { itemIdOf, uploadIdOf } from "../../../../shared/contract/ids.ts";
import { batchKeys } from "../../../../shared/contract/records/keys.ts";
import { unpackedCodes } from "../../../../worker/agent/jobs/codes.ts";
import { batchId, WorkerWorld } from "../worker-world.ts";

const upload = uploadIdOf("01KDVDNG00AAAAAAAAAAAAAAAA");
const part = { upload_id: upload, start: 1, end: 3 };

test("a clip's codes are kept in its result, as the engine wrote them", async () => {
  const world = new WorkerWorld();
  await world.send(1);
  await world.clock.runUntil(world.worker().left);
  const codes = (await readResultWithCodes(world.store, batchId, 0))?.codes;
  expect(unpackedCodes(codes ?? "").toString()).toBe(`codes of ${itemIdOf(batchId, 0)}`);
});

test("a clip that continues an upload is made from the file, which is on the disk no longer than that", async () => {
  const world = new WorkerWorld();
  await world.store.put(batchKeys.source(batchId, upload), "the sound of a piano");
  await world.send(1, { continue_from: part });
  const { engine, left } = world.worker();
  await world.clock.runUntil(left);
  const source = engine.submits[0]?.continue_from;
  expect(source).toMatchObject({ name: upload, part: { start: 1, end: 3 } });
  expect(existsSync(source?.path ?? "")).toBe(false);
  const [result] = await world.results();
  expect(result?.provenance?.continue_from).toEqual(part);
});

test("a clip that continues an item is made from the codes that were kept of it", async () => {
  const world = new WorkerWorld();
  await world.send(1);
  await world.clock.runUntil(world.worker().left);
  const item = itemIdOf(batchId, 0);
  const codes = (await readResultWithCodes(world.store, batchId, 0))?.codes ?? "";
  await world.store.put(batchKeys.source(batchId, item), codes);
  await world.send(1, { index: 1, continue_from: { item_id: item } });
  const { engine, left } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits[0]?.continue_from).toMatchObject({ name: item, part: null });
  expect((await world.outcomes())[1]).toBe("succeeded");
});

test("a clip whose source is gone fails with that reason, and costs no engine time", async () => {
  const world = new WorkerWorld();
  await world.send(1, { continue_from: part });
  const { engine, left } = world.worker();
  await world.clock.runUntil(left);
  expect(engine.submits).toEqual([]);
  expect(await world.results()).toMatchObject([
    { outcome: "failed", error: { code: "bad_request", detail: "what it continues is not there any more" } },
  ]);
});
