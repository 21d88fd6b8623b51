import { expect, test } from "vitest";
import type { ItemView } from "../../../../shared/contract/api/api.ts";
import type { ContinueFrom } from "../../../../shared/contract/api/continuation.ts";
import { defaultParameters } from "../../../../shared/contract/api/parameters.ts";
import { batchIdSchema, itemIdOf, uploadIdSchema } from "../../../../shared/contract/ids.ts";
import { collector, type MgbWorld, useMgbWorld } from "../mgb-world.ts";
import { batchId } from "../sample-batch.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const batch = batchIdSchema.parse(batchId);
const upload_id = uploadIdSchema.parse("upload_01KDVDNG00AAAAAAAAAAAAAAAA");

async function shown(change: Partial<ItemView> = {}): Promise<string> {
  const item: ItemView = {
    id: itemIdOf(batch, 0),
    index: 0,
    custom_id: null,
    status: "queued",
    step: null,
    steps: null,
    batch_id: batch,
    prompt: "pad",
    seed: 1,
    parameters: defaultParameters,
    attempts: { failures: [], interruptions: 0, interrupted_steps: 0 },
    result: null,
    ...change,
  };
  world.script = { [`GET /v1/items/${item.id}`]: { body: item } };
  const out = collector(true);
  await world.run(["get", item.id], { out: out.stream });
  return out.text();
}

test.each<[ContinueFrom, string]>([
  [{ item_id: itemIdOf(batch, 7) }, `continues    item ${itemIdOf(batch, 7)}\n`],
  [{ upload_id }, `continues    upload ${upload_id}, 0 s to its end\n`],
  [{ upload_id, start: 2, end: 9.5 }, `continues    upload ${upload_id}, 2 s to 9.5 s\n`],
])("get of an item says what it continues: %j", async (continue_from, line) => {
  expect(await shown({ continue_from })).toContain(line);
});

test("get of an item that continues nothing says nothing of it", async () => {
  expect(await shown()).not.toContain("continues");
});

test("get of an item tells the attempts that failed, and how far interrupted ones came", async () => {
  const attempts = {
    failures: [{ at: "2026-01-01T12:00:09.000Z", code: "engine_error", detail: "it broke" }],
    interruptions: 2,
    interrupted_steps: 200,
  };
  expect(await shown({ attempts })).toContain(
    "  failed try   engine_error: it broke\n  interrupted  2 times, after 200 steps\n",
  );
  expect(await shown()).not.toContain("interrupted");
});
