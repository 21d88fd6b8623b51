import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../functions/http/api.ts";
import { readRoutes } from "../../../../functions/http/read/read-routes.ts";
import { usageViewSchema } from "../../../../shared/contract/api/api.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { problemSchema } from "../../../../shared/contract/api/problem.ts";
import type { LedgerEntry } from "../../../../shared/billing/ledger/ledger.ts";
import { prompts, settings, submitted, world, type World } from "../../batch/world.ts";
import { halfAnHour } from "../../billing/ledger-entry.ts";
import { apiEvent, lambdaContext } from "../api-event.ts";

const callers = {
  ada: JSON.stringify({ kind: "known", owner: "ada", scopes: ["read"] }),
  operator: JSON.stringify({ kind: "known", owner: "root", scopes: ["read", "operate"] }),
};
async function usage(at: World, caller: keyof typeof callers, query: Record<string, string> = {}) {
  const handler = apiHandler(readRoutes(at, settings), at.log);
  const answer = await handler(apiEvent("GET /v1/usage", { caller: callers[caller], query }), lambdaContext);
  return JSON.parse(answer.body ?? "null") as unknown;
}
const view = async (...asked: Parameters<typeof usage>) => usageViewSchema.parse(await usage(...asked));
const keep = (at: World, day: string, instances: Record<string, LedgerEntry>) =>
  at.store.put(fleetKeys.ledger(day), JSON.stringify({ v: 1, day, instances }));

/** Half an hour shared by ada and eve, one over midnight for ada alone, and one that made nothing. */
async function fleet(at: World) {
  const ada = await submitted(at, prompts(1), "ada");
  const eve = await submitted(at, prompts(1), "eve");
  const overnight = {
    running_at: "2025-12-31T23:45:00Z",
    booted_at: "2025-12-31T23:45:00Z",
    ready_at: "2025-12-31T23:45:00Z",
    ended_at: "2026-01-01T00:15:00Z",
  };
  await keep(at, "2025-12-31", {
    "i-00000001": { ...halfAnHour, ...overnight, gpu_seconds_by_batch: { [ada.id]: 1800 } },
  });
  await keep(at, "2026-01-01", {
    "i-00000002": { ...halfAnHour, gpu_seconds_by_batch: { [ada.id]: 300, [eve.id]: 100 } },
    "i-00000003": { ...halfAnHour, model: "large" },
  });
  return { ada, eve };
}

describe("GET /v1/usage", () => {
  test("tells an owner of their own batches, by day and model", async () => {
    const at = world();
    const { ada } = await fleet(at);
    expect(await view(at, "ada")).toEqual({
      from: "2025-12-26",
      to: "2026-01-01",
      usd: "0.315",
      unassigned_usd: null,
      by_day: [
        { day: "2025-12-31", usd: "0.09" },
        { day: "2026-01-01", usd: "0.225" },
      ],
      by_model: [{ model: "small", usd: "0.315" }],
      by_batch: [{ batch_id: ada.id, usd: "0.315" }],
      other_batches: null,
      instances: null,
      other_instances: null,
    });
  });

  test("tells an operator of everything: all batches, every machine, and what served nobody", async () => {
    const at = world();
    const { ada, eve } = await fleet(at);
    expect(await view(at, "operator", { from: "2026-01-01", to: "2026-01-01" })).toMatchObject({
      usd: "0.45",
      unassigned_usd: "0.18",
      by_day: [{ day: "2026-01-01", usd: "0.45" }],
      by_model: [
        { model: "large", usd: "0.18" },
        { model: "small", usd: "0.27" },
      ],
      by_batch: [
        { batch_id: ada.id, usd: "0.225" },
        { batch_id: eve.id, usd: "0.045" },
      ],
      instances: [
        { instance_id: "i-00000001", usd: "0.09", seconds: 1800 },
        { instance_id: "i-00000002", usd: "0.18", boot_usd: "0.012" },
        { instance_id: "i-00000003", usd: "0.18", market: "spot" },
      ],
    });
  });

  test("is nothing when nothing ran", async () => {
    expect(await view(world(), "operator")).toMatchObject({ usd: "0.00", by_day: [], instances: [] });
  });

  test.each([
    [{ from: "yesterday" }],
    [{ from: "2026-01-02", to: "2026-01-01" }],
    [{ from: "2025-11-01", to: "2026-01-01" }],
  ])("refuses %j", async (query) => {
    expect(problemSchema.parse(await usage(world(), "ada", query))).toMatchObject({ code: "invalid_input" });
  });
});
