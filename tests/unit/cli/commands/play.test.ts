import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ItemView } from "../../../../shared/contract/api/api.ts";
import { defaultParameters } from "../../../../shared/contract/api/parameters.ts";
import { batchIdSchema, itemIdOf } from "../../../../shared/contract/ids.ts";
import { resultView } from "../../../../shared/batch/views/item-view.ts";
import { result } from "../../batch/events.ts";
import { type MgbWorld, useMgbWorld } from "../mgb-world.ts";
import { batchId } from "../sample-batch.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const id = itemIdOf(batchIdSchema.parse(batchId), 0);
const item = (isMade: boolean): ItemView => ({
  id,
  index: 0,
  custom_id: null,
  status: isMade ? "succeeded" : "queued",
  step: null,
  steps: null,
  batch_id: batchIdSchema.parse(batchId),
  prompt: "pad",
  seed: 1,
  parameters: defaultParameters,
  attempts: { failures: [], interruptions: 0, interrupted_steps: 0 },
  result: isMade ? resultView({ ...result(0), item_id: id }, { receipt: null, licence: "none" }) : null,
});
const scripted = (isMade: boolean) => ({
  [`GET /v1/items/${id}`]: { body: item(isMade) },
  [`GET /v1/items/${id}/audio`]: { body: "sound" },
});

test("play gives the clip to a player as a file, and leaves no file", async () => {
  world.script = scripted(true);
  const played: string[] = [];
  const { exitCode } = await world.run(["play", id], {
    playFile: (path) => {
      played.push(path, readFileSync(path, "utf8"));
      return Promise.resolve("played");
    },
  });
  const [path = "", bytes] = played;
  expect([exitCode, bytes, existsSync(path)]).toEqual([0, "sound", false]);
  expect(path).toMatch(/clip\.wav$/);
});

test("play says which programs it looked for when none is installed", async () => {
  world.script = scripted(true);
  const { exitCode, err } = await world.run(["play", id]);
  expect(exitCode).toBe(1);
  expect(err).toContain("none of ffplay, mpv, afplay, paplay, aplay is installed");
});

test("play of an item without a clip says the item's state", async () => {
  world.script = scripted(false);
  const { exitCode, err } = await world.run(["play", id]);
  expect(exitCode).toBe(1);
  expect(err).toContain("it is queued");
});

test("play of an invalid item id is a usage error", async () => {
  expect((await world.run(["play", batchId])).exitCode).toBe(2);
});
