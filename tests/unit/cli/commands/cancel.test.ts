import { expect, test } from "vitest";
import type { ItemView } from "../../../../shared/contract/api/api.ts";
import { batchIdSchema, itemIdOf } from "../../../../shared/contract/ids.ts";
import { defaultParameters } from "../../../../shared/contract/api/parameters.ts";
import { collector, type MgbWorld, useMgbWorld } from "../mgb-world.ts";
import { batchId } from "../sample-batch.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const id = itemIdOf(batchIdSchema.parse(batchId), 3);
const item = (status: ItemView["status"]): ItemView => ({
  id,
  index: 3,
  custom_id: null,
  status,
  step: null,
  steps: null,
  batch_id: batchIdSchema.parse(batchId),
  prompt: "pad",
  seed: 1,
  parameters: defaultParameters,
  attempts: { failures: [], interruptions: 0, interrupted_steps: 0 },
  result: null,
});

test.each([
  ["canceled", `${id} is canceled.\n`],
  ["running", `${id} ends at its next step.\n`],
] as const)("cancel of an item that is %s then says so", async (status, text) => {
  world.script = { [`POST /v1/items/${id}/cancel`]: { status: 202, body: item(status) } };
  const out = collector(true);
  const { exitCode } = await world.run(["cancel", id], { out: out.stream });
  expect([exitCode, out.text()]).toEqual([0, text]);
});
