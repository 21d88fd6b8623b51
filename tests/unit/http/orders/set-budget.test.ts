import { expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { submitRoutes } from "../../../../functions/http/submit/submit-routes.ts";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import { batchViewSchema } from "../../../../shared/contract/api/api.ts";
import { problemSchema } from "../../../../shared/contract/api/problem.ts";
import { LauncherError } from "../../../../shared/ports.ts";
import { prompts, settings, stopService, submitted, world, type World } from "../../batch/world.ts";
import { apiEvent, lambdaContext, operator, type EventOptions } from "../api-event.ts";

async function setBudget(at: World, id: string, body: unknown, options: EventOptions = {}) {
  const handler = apiHandler(submitRoutes(at, settings), at.log);
  const event = { body: JSON.stringify(body), params: { id }, ...options };
  const answer = await handler(apiEvent("POST /v1/batches/{id}/budget", event), lambdaContext);
  return { ...answer, json: JSON.parse(answer.body ?? "null") as unknown };
}

test("a batch's budget is raised, shown, and looked at by the launcher at once", async () => {
  const at = world();
  const { id } = await submitted(at, { ...prompts(2), max_cost_usd: "0.05" });
  const looks = at.launcher.count;
  const answer = await setBudget(at, id, { max_cost_usd: "0.1" });
  expect(answer.statusCode).toBe(200);
  expect(batchViewSchema.parse(answer.json).cost.max_usd).toBe("0.10");
  expect(at.launcher.count).toBe(looks + 1);
});

test("a budget that was set is answered so, though the launcher cannot be woken", async () => {
  const at = world();
  const { id } = await submitted(at);
  const launcher = { trigger: () => Promise.reject(new LauncherError("throttled")) };
  const handler = apiHandler(submitRoutes({ ...at, launcher }, settings), at.log);
  const event = { body: '{"max_cost_usd":"0.10"}', params: { id } };
  const answer = await handler(apiEvent("POST /v1/batches/{id}/budget", event), lambdaContext);
  expect(answer.statusCode).toBe(200);
  expect(batchViewSchema.parse(JSON.parse(answer.body ?? "")).cost.max_usd).toBe("0.10");
  expect(at.log.entries.at(-1)).toMatchObject({ level: "warn" });
});

test("a batch that had no budget is given one, also while the service is stopped", async () => {
  const at = world();
  const { id } = await submitted(at);
  await stopService(at);
  expect(batchViewSchema.parse((await setBudget(at, id, { max_cost_usd: "2" })).json).cost.max_usd).toBe(
    "2.00",
  );
});

test("the batch says that it is held until the launcher lets it go on", async () => {
  const at = world();
  const { id } = await submitted(at);
  const held = { since: new Date(at.clock.nowMs()).toISOString(), detail: "all is spent" };
  await changeControl(at, id, () => ({ held }));
  const view = batchViewSchema.parse((await setBudget(at, id, { max_cost_usd: "2" })).json);
  expect(view.waiting_reason).toEqual({ reason: "budget_batch", detail: "all is spent", at: held.since });
});

test("a batch that has ended is a conflict", async () => {
  const at = world();
  const batch = await submitted(at);
  await cancelBatch(batch, "drain", at);
  const answer = await setBudget(at, batch.id, { max_cost_usd: "2" });
  expect(problemSchema.parse(answer.json)).toMatchObject({ status: 409, code: "conflict" });
});

const bob = JSON.stringify({ ...operator, owner: "bob", scopes: ["read", "submit"] });
const reader = JSON.stringify({ ...operator, scopes: ["read"] });

test.each<[name: string, body: unknown, options: EventOptions, status: number, pointers: string[] | null]>([
  ["no amount", {}, {}, 422, ["/max_cost_usd"]],
  ["an amount that is a number", { max_cost_usd: 0.1 }, {}, 422, ["/max_cost_usd"]],
  ["nothing", { max_cost_usd: "0.000000" }, {}, 422, ["/max_cost_usd"]],
  ["an amount in another notation", { max_cost_usd: "1e3" }, {}, 422, ["/max_cost_usd"]],
  ["a part of a micro-dollar", { max_cost_usd: "0.0000001" }, {}, 422, ["/max_cost_usd"]],
  ["a field of another request", { max_cost_usd: "1", mode: "drain" }, {}, 422, ["/mode"]],
  ["another owner's batch", { max_cost_usd: "1" }, { caller: bob }, 404, null],
  ["a key that may only read", { max_cost_usd: "1" }, { caller: reader }, 403, null],
])("%s is refused, and nothing is changed", async (_name, body, options, status, pointers) => {
  const at = world();
  const { id } = await submitted(at, { ...prompts(2), max_cost_usd: "0.05" });
  const looks = at.launcher.count;
  const answer = await setBudget(at, id, body, options);
  const problem = problemSchema.parse(answer.json);
  expect(problem.status).toBe(status);
  expect(problem.errors?.map(({ pointer }) => pointer) ?? null).toEqual(pointers);
  expect(await at.store.exists(`batches/${id}/control.json`)).toBe(false);
  expect(at.launcher.count).toBe(looks);
});
