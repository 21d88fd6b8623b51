/** Every list is answered though one of its records cannot be read: without it, and the log names the record. */
import { expect, test } from "vitest";
import { apiHandler } from "../../../functions/http/api.ts";
import { readRoutes } from "../../../functions/http/read/read-routes.ts";
import { createKey } from "../../../shared/access/keys.ts";
import { keepAudit, type Act } from "../../../shared/audit/keep-audit.ts";
import { deliveryIdOf, fleetKeys } from "../../../shared/contract/records/keys.ts";
import { writeDelivery } from "../../../shared/webhooks/deliveries.ts";
import { createEndpoint, readEndpoints } from "../../../shared/webhooks/endpoints.ts";
import { allKeys, prompts, settings, submitted, world, type World } from "../batch/world.ts";
import { ended } from "../webhooks/world.ts";
import { apiEvent, lambdaContext } from "./api-event.ts";

const nowText = (at: World): string => new Date(at.clock.nowMs()).toISOString();

const act: Act = {
  action: "stop",
  by: { kind: "aws_credentials", arn: null },
  request_id: null,
  subject: null,
  outcome: "done",
  code: null,
  details: {},
};

function aDecision(at: World): Promise<void> {
  const decision = {
    v: 1,
    at: nowText(at),
    models: [],
    launches: [],
    drained: [],
    prices: [],
    instances: {},
    spent_usd: { day: 0, month: 0 },
  };
  return at.store.put(fleetKeys.decision(at.clock.nowMs(), "a"), JSON.stringify(decision));
}

/** The id of the owner's only endpoint, which is made when there is none. */
async function endpointOf(at: World) {
  const [there] = await readEndpoints(at.store, "ada");
  if (there !== undefined) return there.id;
  const made = await createEndpoint({ url: "https://example.com/", events: ["batch.ended"] }, "ada", at);
  if (made === null) throw new Error("expected an endpoint");
  return made.endpoint.id;
}

async function aDelivery(at: World): Promise<void> {
  const nowMs = at.clock.nowMs();
  await writeDelivery(at.store, "ada", await endpointOf(at), {
    v: 1,
    id: deliveryIdOf(nowMs, at.random.ulid(nowMs)),
    attempt: 1,
    at: nowText(at),
    outcome: "delivered",
    status: 200,
    detail: "",
    milliseconds: 1,
    next_attempt_at: null,
    event: ended(),
  });
}

const aBatch = (at: World): Promise<unknown> => submitted(at, prompts(1));

async function rowsOf(at: World, route: string): Promise<number> {
  const params = route.includes("{id}") ? { id: await endpointOf(at) } : {};
  const event = apiEvent(`GET ${route}`, { params });
  const answer = await apiHandler(readRoutes(at, settings), at.log)(event, lambdaContext);
  expect(answer.statusCode).toBe(200);
  return (JSON.parse(answer.body ?? "") as { data: unknown[] }).data.length;
}

test.each<[route: string, named: string, record: RegExp, make: (at: World) => Promise<unknown>]>([
  ["/v1/batches", "a batch", /\/batch[.]json$/, aBatch],
  ["/v1/batches", "a batch's progress", /\/progress[.]json$/, aBatch],
  ["/v1/keys", "a key", /^keys\//, (at) => createKey({ owner: "ada", scopes: ["read"] }, at)],
  ["/v1/audit", "an act", /^audit\//, (at) => keepAudit(act, at, null)],
  ["/v1/decisions", "a decision", /^fleet\/decisions\//, aDecision],
  ["/v1/webhooks/{id}/deliveries", "a delivery", /^webhooks\/deliveries\//, aDelivery],
])("GET %s leaves out %s that cannot be read, and the log names it", async (route, _, record, make) => {
  const at = world();
  for (let row = 0; row < 3; row += 1) {
    await make(at);
    await at.clock.advance(1000);
  }
  expect(await rowsOf(at, route)).toBe(3);
  const [, damaged = ""] = (await allKeys(at)).filter((key) => record.test(key));
  await at.store.put(damaged, '{"v":2}');
  expect(await rowsOf(at, route)).toBe(2);
  const errors = at.log.entries.filter(({ level }) => level === "error");
  const told = JSON.stringify(errors, (_name, value: unknown) =>
    value instanceof Error ? value.message : value,
  );
  expect(told).toContain(damaged);
});
