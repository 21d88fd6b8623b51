import { afterEach, beforeEach, expect, test } from "vitest";
import { collector, MgbWorld } from "../../mgb-world.ts";
import { somePrices } from "./sample-plan.ts";

let world: MgbWorld;
beforeEach(async () => {
  world = new MgbWorld();
  await world.open();
  world.script = { "GET /v1/prices": { body: somePrices } };
});
afterEach(() => {
  world.close();
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

test("prices asks for as many hours as it is told to, and is JSON for a program", async () => {
  const { out } = await world.run(["prices", "--hours", "48"]);
  expect(world.asked.map(({ path }) => path)).toEqual(["/v1/prices?hours=48"]);
  expect(JSON.parse(out)).toEqual(somePrices);
});
