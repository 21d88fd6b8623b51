import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { readRoutes } from "../../../../functions/http/read/read-routes.ts";
import { type Caller, type CapacityView, capacityViewSchema } from "../../../../shared/contract/api/api.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { instanceIdSchema, type InstanceId } from "../../../../shared/contract/ids.ts";
import { orderDrain } from "../../../../shared/fleet/machines/drain.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { QueueError } from "../../../../shared/ports.ts";
import { testSettings } from "../../fleet/settings.ts";
import { World } from "../../fleet/world.ts";
import { apiEvent, lambdaContext, operator } from "../api-event.ts";
import { noteFailedStart } from "../../../../shared/fleet/pools/failed-starts.ts";
import { openBreaker } from "../../../../shared/fleet/pools/breaker.ts";

const reader: Caller = { kind: "known", key_id: null, owner: "bob", scopes: ["read"] };

async function capacity(world: World, change: object = {}, caller = operator): Promise<CapacityView> {
  const handler = apiHandler(readRoutes({ ...world.ports, ...change }, world.stage.settings), world.log);
  const event = apiEvent("GET /v1/capacity", { caller: JSON.stringify(caller) });
  const answer = await world.clock.runUntil(handler(event, lambdaContext));
  return capacityViewSchema.parse(JSON.parse(answer.body ?? "null"));
}
const tick = (world: World) => world.clock.runUntil(launchTick(world.ports, world.stage));

describe("GET /v1/capacity", () => {
  test("answers before the first tick", async () => {
    expect(await capacity(new World())).toMatchObject({
      at: null,
      closed: false,
      workers: [],
      zones: [],
      breaker: null,
      failed_starts: [],
      decisions: [],
    });
  });

  test("shows the machines, the queues, the prices by zone, and what the last tick decided and why", async () => {
    const world = new World();
    world.demand(10_000);
    await tick(world);
    const [first] = await world.alive();
    if (first === undefined) throw new Error("nothing was launched");
    await orderDrain(world.ports, first, { reason: "price", detail: "its zone is dear" });
    await world.heartbeat(first, { state: "draining", reason: "price", items_running: 3 });
    await world.jobQueues.of("small", "fast").send([{ body: "{}" }]);
    await world.jobQueues.of("small", "standard").send([{ body: "{}" }, { body: "{}" }]);
    await world.jobQueues.of("small", "standard").receive({ max: 1, waitSeconds: 0, visibilitySeconds: 60 });
    await tick(world);
    const view = await capacity(world);
    expect(view).toMatchObject({
      closed: false,
      instances: { booting: 1, leaving: 1 },
      workers: [{ instance_id: first, state: "draining", reason: "price", items_running: 3 }],
      queues: [
        { model: "small", fast: { waiting: 1, in_flight: 0 }, standard: { waiting: 21, in_flight: 1 } },
      ],
      zones: [
        { zone: "zone-a", price_usd_per_hour: "0.16", cooling: null },
        { zone: "zone-b", price_usd_per_hour: "0.20", cooling: null },
      ],
      decisions: [
        { model: "small", have: 1, want: 2, launch: 1, launched: 1, reasons: [{ reason: "work" }] },
      ],
    });
  });

  test("says how old a machine's heartbeat is, by the store's time and not by the machine's clock", async () => {
    const world = new World();
    world.demand(100);
    await tick(world);
    const [first] = await world.alive();
    if (first === undefined) throw new Error("nothing was launched");
    await world.heartbeat(first, { heartbeat_at: "2026-01-01T09:00:00.000Z", items_running: 4, slots: 32 });
    await world.clock.advance(12_400);
    expect((await capacity(world)).workers).toMatchObject([
      { instance_id: first, items_running: 4, slots: 32, told_seconds_ago: 12 },
    ]);
  });

  test("counts machines whose heartbeat cannot be read among the others", async () => {
    const world = new World();
    await world.heartbeat("i-00000001" as InstanceId);
    await world.store.put(fleetKeys.worker("i-00000002" as InstanceId), '{"v":2}');
    const { workers, other_workers } = await capacity(world);
    expect([workers.length, other_workers]).toEqual([1, 1]);
  });

  test("lists the 200 machines that were heard of last, and counts the others", async () => {
    const world = new World();
    for (let n = 0; n < 250; n += 1) {
      await world.heartbeat(`i-${String(n).padStart(8, "0")}` as InstanceId);
      await world.clock.advance(1000);
    }
    const { workers, other_workers } = await capacity(world);
    expect([workers.length, other_workers]).toEqual([200, 50]);
    expect(workers[0]?.instance_id).toBe("i-00000050");
  });

  test("shows which zones are not used, and until when", async () => {
    const world = new World();
    world.fleet.setCapacity("zone-a", 0);
    world.demand(100);
    await tick(world);
    const cooling = {
      reason: "capacity",
      code: "InsufficientInstanceCapacity",
      until: "2026-01-01T00:00:50.000Z",
    };
    expect((await capacity(world)).zones).toMatchObject([{ zone: "zone-a", cooling }, { cooling: null }]);
    await world.clock.advance(50_000);
    expect((await capacity(world)).zones).toMatchObject([{ cooling: null }, { cooling: null }]);
  });

  test("shows the price of every machine type of the stage, each with its own cap", async () => {
    const [first] = testSettings.instance_types;
    const g5 = { ...first, type: "g5.xlarge", max_spot_price_usd: 0.6, on_demand_price_usd: 1.006 };
    const settings = { ...testSettings, instance_types: [first, g5] as const };
    const world = new World({ settings, otherType: "g5.xlarge" });
    world.demand(100);
    await tick(world);
    expect((await capacity(world)).zones).toMatchObject([
      { instance_type: "g4dn.xlarge", zone: "zone-a", price_usd_per_hour: "0.16", max_usd_per_hour: "0.40" },
      { instance_type: "g4dn.xlarge", zone: "zone-b", price_usd_per_hour: "0.20", max_usd_per_hour: "0.40" },
      { instance_type: "g5.xlarge", zone: "zone-a", price_usd_per_hour: "0.35", max_usd_per_hour: "0.60" },
      { instance_type: "g5.xlarge", zone: "zone-b", price_usd_per_hour: "0.35", max_usd_per_hour: "0.60" },
    ]);
  });

  test("shows a breaker for as long as it is open", async () => {
    const world = new World();
    await openBreaker(world.ports, "refused", "UnauthorizedOperation: no");
    const breaker = {
      reason: "refused",
      detail: "UnauthorizedOperation: no",
      until: "2026-01-01T00:30:00.000Z",
    };
    expect((await capacity(world)).breaker).toEqual(breaker);
    await world.clock.advance(30 * 60_000);
    expect((await capacity(world)).breaker).toBeNull();
  });

  test("shows which models' machines could not start, and the console to operators alone", async () => {
    const world = new World();
    const failed = {
      until: "2026-01-01T00:30:00.000Z",
      detail: "2 machines failed to start. Last error: no CUDA device",
      instance_id: instanceIdSchema.parse("i-0123456789abcdef0"),
      console_tail: "no CUDA device",
    };
    await noteFailedStart(world.ports, "small", failed);
    expect((await capacity(world)).failed_starts).toEqual([{ model: "small", ...failed }]);
    expect((await capacity(world, {}, reader)).failed_starts).toEqual([
      { model: "small", ...failed, console_tail: null },
    ]);
    await world.clock.advance(30 * 60_000);
    expect((await capacity(world)).failed_starts).toEqual([]);
  });

  test("shows a limit of the account until EC2 is asked again", async () => {
    const world = new World();
    world.demand(100);
    const where = { zone: null, instanceType: null };
    const limit = { code: "MaxSpotInstanceCountExceeded", message: "the limit is 0", ...where } as const;
    world.fleet.refuseNextLaunch({ ...limit, errorClass: "market_quota" });
    await tick(world);
    expect((await capacity(world)).quotas).toEqual([
      {
        market: "spot",
        until: "2026-01-01T00:30:00.000Z",
        detail: "MaxSpotInstanceCountExceeded: the limit is 0",
      },
    ]);
    await world.clock.advance(31 * 60_000);
    expect((await capacity(world)).quotas).toEqual([]);
  });

  test("leaves out the queues that do not answer", async () => {
    const jobQueues = {
      of: () => {
        throw new QueueError("no answer");
      },
    };
    expect((await capacity(new World(), { jobQueues })).queues).toEqual([]);
  });
});
