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

const submittedBoth = async (at: World) => ({
  ada: await submitted(at, prompts(1), "ada"),
  eve: await submitted(at, prompts(1), "eve"),
});

/** Half an hour shared by ada and eve, one over midnight for ada alone, and one that made nothing. */
async function fleet(at: World) {
  const { ada, eve } = await submittedBoth(at);
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
    expect(await view(at, "ada")).toMatchObject({
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

  test("tells of each sum what was waste, what it would have cost on demand, and what a minute of audio cost", async () => {
    const at = world();
    const { ada, eve } = await submittedBoth(at);
    const made = { gpu_seconds_by_batch: { [ada.id]: 900, [eve.id]: 300 }, audio_seconds_made: 1200 };
    await keep(at, "2026-01-01", {
      "i-00000001": { ...halfAnHour, ...made, idle_seconds: 420 },
      // EC2 took it back within its first hour: it is free.
      "i-00000002": { ...halfAnHour, taken_back: true, gpu_seconds_by_batch: { [ada.id]: 600 } },
    });
    const own = await view(at, "ada");
    // Of 0.18 USD, 3/4 is ada's; of its 1,800 s, 120 are boot, 60 load, 1,200 work and 420 idle.
    expect(own.by_batch).toEqual([
      {
        batch_id: ada.id,
        usd: "0.135",
        work_usd: "0.09",
        boot_usd: "0.009",
        load_usd: "0.0045",
        idle_usd: "0.0315",
        interrupted_usd: "0.00",
        volume_usd: "0.00",
        address_usd: "0.00",
        waste_usd: "0.045",
        // 0.526 USD an hour: half an hour of the one, of which 3/4, and of the other.
        on_demand_usd: "0.46025",
        saved_usd: "0.32525",
        audio_seconds: null,
        usd_per_audio_minute: null,
      },
    ]);
    const everyone = await view(at, "operator");
    expect(everyone.by_batch).toMatchObject([
      { batch_id: ada.id, audio_seconds: null },
      { batch_id: eve.id, usd: "0.045", audio_seconds: 300, usd_per_audio_minute: "0.009" },
    ]);
    expect(everyone.instances).toMatchObject([
      { usd: "0.18", waste_usd: "0.06", saved_usd: "0.083", usd_per_audio_minute: "0.009" },
      { usd: "0.00", waste_usd: "0.00", on_demand_usd: "0.263", saved_usd: "0.263", audio_seconds: null },
    ]);
  });

  test("cuts the audio of a machine by day as its cost, and knows that one that was never ready made none", async () => {
    const at = world();
    const overnight = { running_at: "2025-12-31T23:45:00Z", ended_at: "2026-01-01T00:15:00Z" };
    await keep(at, "2025-12-31", {
      "i-00000001": { ...halfAnHour, ...overnight, audio_seconds_made: 100.001 },
      "i-00000002": { ...halfAnHour, ready_at: null },
    });
    const { by_day, audio_seconds } = await view(at, "operator");
    expect(by_day.map((day) => [day.day, day.usd, day.audio_seconds])).toEqual([
      ["2025-12-31", "0.09", 50.001],
      ["2026-01-01", "0.27", 50],
    ]);
    expect(audio_seconds).toBe(100.001);
  });

  test("tells what each machine did, one after the other, and for which batches", async () => {
    const at = world();
    const { ada, eve } = await submittedBoth(at);
    await keep(at, "2026-01-01", {
      "i-00000001": {
        ...halfAnHour,
        running_at: "2026-01-01T00:00:20Z",
        idle_since: "2026-01-01T00:20:00Z",
        leaving_at: "2026-01-01T00:29:00Z",
        gpu_seconds_by_batch: { [ada.id]: 300, [eve.id]: 600 },
      },
    });
    expect((await view(at, "operator")).instances).toMatchObject([
      {
        instance_type: "g4dn.xlarge",
        end_reason: "idle",
        work_seconds: 900,
        phases: [
          { phase: "pending", from: "2026-01-01T00:00:00.000Z", to: "2026-01-01T00:00:20.000Z" },
          { phase: "boot", from: "2026-01-01T00:00:20.000Z", to: "2026-01-01T00:02:00.000Z" },
          { phase: "load", from: "2026-01-01T00:02:00.000Z", to: "2026-01-01T00:03:00.000Z" },
          { phase: "work", from: "2026-01-01T00:03:00.000Z", to: "2026-01-01T00:20:00.000Z" },
          { phase: "idle", from: "2026-01-01T00:20:00.000Z", to: "2026-01-01T00:29:00.000Z" },
          { phase: "leaving", from: "2026-01-01T00:29:00.000Z", to: "2026-01-01T00:30:00.000Z" },
        ],
        batches: [
          { batch_id: eve.id, work_seconds: 600 },
          { batch_id: ada.id, work_seconds: 300 },
        ],
        other_batches: 0,
      },
    ]);
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
