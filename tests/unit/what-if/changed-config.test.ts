/** `--set path=value`: a stage's configuration with single values changed. */
import { expect, test } from "vitest";
import { ConfigError } from "../../../shared/config.ts";
import { readFileSync } from "node:fs";
import { changedConfig } from "../../../what-if/changed-config.ts";

/** It leaves `speeds` to what is usual. */
const local = readFileSync("config/local.json", "utf8");
const changed = (...changes: string[]) => changedConfig(local, "config/local.json", changes);

test("a value of a group that the file leaves out is changed, and the rest of the group stays as usual", () => {
  expect(changed().speeds.standard).toEqual({ target_seconds: 900, slack_share: 1 });
  expect(changed("speeds.standard.target_seconds=600").speeds).toEqual({
    ...changed().speeds,
    standard: { target_seconds: 600, slack_share: 1 },
  });
});

test("several values are changed, in the order in which they come", () => {
  const config = changed("limits.max_instances=3", "limits.max_instances=1", "budgets.day_usd=2");
  expect(config.limits.max_instances).toBe(1);
  expect(config.budgets).toEqual({ day_usd: 2, month_usd: 20 });
});

test("a place of a list is a name, and a text needs no quotes", () => {
  const config = changed("zones.1=eu-central-1d", "models.0.audio_seconds_per_gpu_second=12.5");
  expect(config.zones).toEqual(["eu-central-1a", "eu-central-1d", "eu-central-1c"]);
  expect(config.models[0]?.audio_seconds_per_gpu_second).toBe(12.5);
});

test.each<[name: string, change: string, said: string]>([
  ["has no value", "speeds", "expected path.to.value=VALUE"],
  ["goes through a number", "budgets.day_usd.x=1", "day_usd holds no other values"],
  ["has a name that is not known", "budgets.week_usd=1", "week_usd"],
  ["has a value of the wrong kind", "budgets.day_usd=much", "budgets.day_usd: "],
])("a change that %s is refused with its reason", (_name, change, said) => {
  expect(() => changed(change)).toThrow(ConfigError);
  expect(() => changed(change)).toThrow(said);
});
