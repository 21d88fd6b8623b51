import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { readRoutes } from "../../../../functions/http/read/read-routes.ts";
import { pricesViewSchema } from "../../../../shared/contract/api/api.ts";
import { FleetError } from "../../../../shared/ports.ts";
import { testSettings } from "../../fleet/settings.ts";
import { World } from "../../fleet/world.ts";
import { apiEvent, lambdaContext } from "../api-event.ts";

const zones = ["zone-a", "zone-b", "zone-c"];
async function ask(world: World, query: Record<string, string> = {}, change: object = {}) {
  const settings = {
    ...testSettings,
    zones,
    volume: { size_gb: 60, usd_per_gb_month: 0.08 },
    public_ipv4_usd_per_hour: 0.005,
  };
  const handler = apiHandler(readRoutes({ ...world.ports, ...change }, settings), world.log);
  const answer = await world.clock.runUntil(handler(apiEvent("GET /v1/prices", { query }), lambdaContext));
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? "null") as unknown };
}

describe("GET /v1/prices", () => {
  test("shows the price of each zone now, its changes, and what the stage pays at most", async () => {
    const world = new World();
    await world.clock.advance(3_600_000);
    world.fleet.setPrice("zone-a", 0.45);
    await world.clock.advance(3_600_000);
    const { status, body } = await ask(world);
    expect(status).toBe(200);
    expect(pricesViewSchema.parse(body)).toEqual({
      instance_type: "g4dn.xlarge",
      from: "2025-12-31T02:00:00.000Z",
      to: "2026-01-01T02:00:00.000Z",
      max_usd_per_hour: "0.40",
      on_demand_usd_per_hour: "0.526",
      extras_usd_per_hour: "0.011452",
      other_types: [],
      zones: [
        {
          zone: "zone-a",
          usd_per_hour: "0.45",
          changes: [
            { at: "2026-01-01T00:00:00.000Z", usd_per_hour: "0.16" },
            { at: "2026-01-01T01:00:00.000Z", usd_per_hour: "0.45" },
          ],
        },
        {
          zone: "zone-b",
          usd_per_hour: "0.20",
          changes: [{ at: "2026-01-01T00:00:00.000Z", usd_per_hour: "0.20" }],
        },
        { zone: "zone-c", usd_per_hour: null, changes: [] },
      ],
    });
  });

  test("goes back as many hours as are asked for, and no more than two weeks", async () => {
    const world = new World();
    await world.clock.advance(3 * 3_600_000);
    world.fleet.setPrice("zone-a", 0.3);
    const { body } = await ask(world, { hours: "1" });
    expect(pricesViewSchema.parse(body).from).toBe("2026-01-01T02:00:00.000Z");
    expect((await ask(world, { hours: "337" })).status).toBe(422);
  });

  test("of more changes than an answer holds, the newest are told", async () => {
    const changes = Array.from({ length: 600 }, (_, n) => ({
      instanceType: "g4dn.xlarge",
      zone: "zone-a",
      atMs: n * 1000,
      usdPerHour: n,
    }));
    const spotPrices = { history: () => Promise.resolve(changes.toReversed()) };
    const { body } = await ask(new World(), {}, { spotPrices });
    const [first] = pricesViewSchema.parse(body).zones;
    expect(first?.changes).toHaveLength(500);
    expect(first?.usd_per_hour).toBe("599.00");
  });

  test("is an error that may pass when EC2 does not answer", async () => {
    const spotPrices = { history: () => Promise.reject(new FleetError("no answer")) };
    const { status, body } = await ask(new World(), {}, { spotPrices });
    expect([status, (body as { retryable: boolean }).retryable]).toEqual([500, true]);
  });
});
