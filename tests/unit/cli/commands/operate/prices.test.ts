import { beforeEach, expect, test } from "vitest";
import { collector, type MgbWorld, useMgbWorld } from "../../mgb-world.ts";
import { somePrices } from "./sample-plan.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});
beforeEach(() => {
  world.script = { "GET /v1/prices": { body: somePrices } };
});

test("prices shows each zone's price with a chart that keeps a short peak", async () => {
  const out = collector(true);
  await world.run(["prices"], { out: out.stream });
  expect(out.text().split("\n").slice(3)).toEqual([
    "ZONE           USD/HOUR  AT MOST    LOWEST  HIGHEST  24 H, UNTIL NOW",
    "eu-central-1a  0.21      0.40, ok   0.19    0.50     ▁▁▁▁▁▁▁▁▁▁▁▁▁████████▁▁▁▁▁▁",
    "eu-central-1b  0.25      0.40, ok   0.25    0.25     ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂",
    "eu-central-1c  0.45      over 0.40  0.45    0.45                  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇",
    "eu-central-1d  ?         no price",
    "",
  ]);
  for (const line of out.text().split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("prices shows a table for each machine type, where the stage has several", async () => {
  const second = { ...somePrices.zones[0], zone: "eu-central-1a", usd_per_hour: "0.52", changes: [] };
  const other = { ...somePrices, instance_type: "g5.xlarge", max_usd_per_hour: "0.50", zones: [second] };
  const { from: _from, to: _to, extras_usd_per_hour: _extras, other_types: _types, ...g5 } = other;
  world.script = { "GET /v1/prices": { body: { ...somePrices, other_types: [g5] } } };
  const out = collector(true);
  await world.run(["prices"], { out: out.stream });
  const lines = out.text().split("\n");
  expect(lines.filter((line) => /^g\d/.test(line))).toEqual([
    "g4dn.xlarge, spot. On demand it costs 0.658 USD an hour.",
    "g5.xlarge, spot. On demand it costs 0.658 USD an hour.",
    "g4dn.xlarge",
    "g5.xlarge",
  ]);
  expect(lines.at(-2)).toMatch(/^eu-central-1a +0\.52 +over 0\.50$/);
});

test("prices asks for as many hours as it is told to, and is JSON for a program", async () => {
  const { out } = await world.run(["prices", "--hours", "48"]);
  expect(world.asked.map(({ path }) => path)).toEqual(["/v1/prices?hours=48"]);
  expect(JSON.parse(out)).toEqual(somePrices);
});
