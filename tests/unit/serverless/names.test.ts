import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseStageConfig, type StageConfig } from "../../../shared/config.ts";
import { stageTemplate } from "../../../serverless/stage.ts";

const example = parseStageConfig(readFileSync("config/example.json", "utf8"), "config/example.json");
const [small] = example.models;
if (small === undefined) throw new Error("expected the example to have a model");
const withModels = (...ids: string[]): Partial<StageConfig> => ({
  models: ids.map((id) => ({ ...small, id })),
});
const deployed =
  (stage: string, change: Partial<StageConfig> = {}) =>
  () =>
    stageTemplate(stage, { ...example, ...change });

test.each([
  ["upper case", "Prod"],
  ["an underscore", "my_stage"],
  ["a dot", "v1.2"],
  ["a digit in front", "2prod"],
  ["a hyphen at the end", "prod-"],
  ["nothing at all", ""],
])("a stage named with %s is refused, with what a name may hold", (_what, stage) => {
  expect(deployed(stage)).toThrow(
    /must be lowercase letters, digits and hyphens, begin with a letter and not end in a hyphen/,
  );
});

test("a stage's name that makes a role's name too long is refused with that name and its length", () => {
  const change = { region: "ap-southeast-2", zones: ["ap-southeast-2a"] };
  expect(deployed("a23456789012345678901234", change)).not.toThrow();
  expect(deployed("a234567890123456789012345", change)).toThrow(
    "the name of a function's role would be musicgen-batch-a234567890123456789012345-authorize-ap-southeast-2 with 65 characters, AWS takes 64: take a shorter name for the stage",
  );
});

test("a model whose queues' names would be too long is refused by its id", () => {
  const id = "somebody/a-model-with-a-rather-long-name-that-goes-on";
  expect(deployed("prod", withModels(id))).toThrow(`AWS takes 80: take a shorter id for the model ${id}`);
});

test("two models that would share their queues are refused, and so is one that names none", () => {
  expect(deployed("prod", withModels("me/Small", "me-small"))).toThrow(
    "the models me/Small and me-small would share their queues",
  );
  expect(deployed("prod", withModels("///"))).toThrow("has no letter or digit to name its queues by");
});

test("all mistakes of a stage are told at once", () => {
  expect(deployed("a".repeat(50), withModels("a", "A"))).toThrow(/mistakes \(5\)/);
});
