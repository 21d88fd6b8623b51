import { beforeEach, describe, expect, test } from "vitest";
import { operateRoutes } from "../../../../functions/fleet/operate-routes.ts";
import { apiHandler } from "../../../../functions/http/api.ts";
import { readRoutes } from "../../../../functions/http/read/read-routes.ts";
import { decisionRecordSchema } from "../../../../shared/contract/records/fleet-records.ts";
import type { Caller, StopView } from "../../../../shared/contract/api/api.ts";
import { stopViewSchema } from "../../../../shared/contract/api/api.ts";
import { launchTick } from "../../../../shared/fleet/launch/launch-tick.ts";
import { FleetError } from "../../../../shared/ports.ts";
import { World } from "../../fleet/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../../http/api-event.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const call = async (routeKey: string, options: EventOptions = {}) => {
  const routes = {
    ...operateRoutes(world.ports, world.stage),
    ...readRoutes(world.ports, world.stage.settings),
  };
  const handler = apiHandler(routes, world.log);
  const answer = await world.clock.runUntil(handler(apiEvent(routeKey, options), lambdaContext));
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: JSON.parse(answer.body ?? "null") as unknown,
  };
};
const stopViewIn = (answer: { body: unknown }): StopView => stopViewSchema.parse(answer.body);

describe("the operator", () => {
  test("stops everything, is answered at once, and reads the proof by GET", async () => {
    world.demand(100);
    await world.clock.runUntil(launchTick(world.ports, world.stage));
    const answer = await call("POST /v1/stop");
    expect([answer.status, answer.headers?.["location"]]).toEqual([202, "/v1/stop"]);
    expect(stopViewIn(await call("GET /v1/stop"))).toMatchObject({
      state: "stopped",
      instances_terminated: 1,
      instances_left: 0,
    });
    const [stop] = (await world.store.list("fleet/stops/")).objects;
    expect((await world.store.get(stop?.key ?? ""))?.body).toContain('"requested_by":"ada"');
  });

  test("is told with 202 that a stop is not proven yet", async () => {
    for (let failure = 0; failure < 12; failure += 1) {
      world.faults.beforeNext("list", /^$/, () => {
        throw new FleetError("no answer");
      });
    }
    const answer = await call("POST /v1/stop");
    expect(answer.status).toBe(202);
    expect(stopViewIn(answer).state).toBe("stopping");
  });

  test("opens again, which starts a tick", async () => {
    await call("POST /v1/stop");
    expect(await call("POST /v1/start")).toMatchObject({
      status: 200,
      body: { state: "open", opened_at: "2026-01-01T00:00:00.000Z" },
    });
    expect(world.launcher.count).toBe(1);
  });

  test("sees what a launch would do now, and nothing is launched", async () => {
    world.demand(100);
    const answer = await call("POST /v1/launch", { query: { dry_run: "true" } });
    expect(decisionRecordSchema.parse(answer.body).models[0]).toMatchObject({ launch: 1, launched: 0 });
    expect(await world.fleet.list()).toEqual([]);
    expect(world.launcher.count).toBe(0);
  });

  test("starts a tick by hand", async () => {
    expect((await call("POST /v1/launch")).status).toBe(202);
    expect(world.launcher.count).toBe(1);
  });

  test("is told of a dry run that is neither true nor false", async () => {
    expect((await call("POST /v1/launch", { query: { dry_run: "1" } })).status).toBe(422);
    expect(world.launcher.count).toBe(0);
  });
});

test.each(["POST /v1/stop", "GET /v1/stop", "POST /v1/start", "POST /v1/launch"])(
  "%s is refused to a caller who may not operate",
  async (routeKey) => {
    const submitter: Caller = { kind: "known", key_id: null, owner: "ben", scopes: ["read", "submit"] };
    expect((await call(routeKey, { caller: JSON.stringify(submitter) })).status).toBe(403);
    expect(world.launcher.count).toBe(0);
    expect(await world.store.list("fleet/")).toMatchObject({ objects: [] });
  },
);
