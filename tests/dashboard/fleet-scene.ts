/** A fleet of two machine types at the end of a day: machines that ran, run and were taken, prices, and what holds launches. */
import type { BatchId } from "../../shared/contract/ids.ts";
import { instanceIdSchema } from "../../shared/contract/ids.ts";
import { fleetKeys } from "../../shared/contract/records/keys.ts";
import type { LedgerEntry } from "../../shared/billing/ledger/ledger.ts";
import { launchTick } from "../../shared/fleet/launch/launch-tick.ts";
import { coolPool } from "../../shared/fleet/pools/cooling.ts";
import { openBreaker } from "../../shared/fleet/pools/breaker.ts";
import { pauseMarkets } from "../../shared/fleet/pools/quotas.ts";
import { noteFailedStart } from "../../shared/fleet/pools/failed-starts.ts";
import { halfAnHour } from "../unit/billing/ledger-entry.ts";
import { testSettings } from "../unit/fleet/settings.ts";
import { World } from "../unit/fleet/world.ts";

/** It begins at 00:00, and the scene is played at 20:00 (UTC). */
export function worldOfTwoTypes(): World {
  const [first] = testSettings.instance_types;
  const g5 = { ...first, type: "g5.xlarge", max_spot_price_usd: 0.6, on_demand_price_usd: 1.006 };
  const settings = {
    ...testSettings,
    zones: ["zone-a", "zone-b"],
    instance_types: [first, g5] as const,
    volume: { size_gb: 60, usd_per_gb_month: 0.08 },
    public_ipv4_usd_per_hour: 0.005,
  };
  return new World({ settings, otherType: "g5.xlarge" });
}

const at = (clock: string): string => `2026-01-01T${clock.padEnd(8, ":00")}.000Z`;
export const sceneMs = Date.parse(at("20:00"));

const changes: readonly (readonly [hour: number, zone: string, usd: number, type?: string])[] = [
  [2, "zone-a", 0.19],
  [4, "zone-b", 0.24],
  [5, "zone-a", 0.22, "g5.xlarge"],
  [7, "zone-a", 0.26],
  [9, "zone-a", 0.21],
  [11, "zone-b", 0.44],
  [12, "zone-b", 0.52, "g5.xlarge"],
  [14, "zone-b", 0.31],
  [17, "zone-a", 0.17],
  [18, "zone-b", 0.23],
];

export async function playFleet(world: World, batches: readonly [BatchId, BatchId]): Promise<void> {
  for (const [hour, zone, usd, type] of changes) {
    await until(world, hour * 3_600_000);
    world.fleet.setPrice(zone, usd, type);
  }
  await until(world, 20 * 3_600_000);
  await keepMachines(world, batches);
  await world.heartbeat(instanceIdSchema.parse("i-0b9d1f77a4c2e8012"), {
    ...{ state: "busy", ready_at: at("18:35:20"), idle_since: null, items_running: 24, slots: 32 },
  });
  await world.heartbeat(instanceIdSchema.parse("i-0c41d2a6be7790813"), {
    ...{ ready_at: at("15:24"), idle_since: at("19:40"), slots: 32 },
  });
  world.demand(40_000);
  await world.clock.runUntil(launchTick(world.ports, world.stage));
}

const until = (world: World, ms: number): Promise<void> =>
  world.clock.advance(Date.parse(at("00:00")) + ms - world.clock.nowMs());

/** What runs, what ended, and what EC2 took; and one that made nothing. */
async function keepMachines(world: World, [one, other]: readonly [BatchId, BatchId]): Promise<void> {
  const ran = (launched: string, running: string, booted: string, ready: string): LedgerEntry => ({
    ...halfAnHour,
    extras: { volume_gb: 60, volume_usd_per_gb_month: 0.08, address_usd_per_hour: 0.005 },
    prices: [{ since: at(launched), usd_per_hour: 0.2 }],
    launched_at: at(launched),
    running_at: at(running),
    booted_at: at(booted),
    ready_at: at(ready),
  });
  const runs = { ended_at: null, terminated_at: null, closed_at: null, end_reason: null, ended_by: null };
  const ended = (time: string) => ({ ended_at: at(time), terminated_at: at(time), closed_at: at(time) });
  const instances: Record<string, LedgerEntry> = {
    "i-0f3c5e9a1b7d24680": {
      ...ran("08:02", "08:02:30", "08:05", "08:06:30"),
      ...ended("12:10"),
      idle_since: at("11:58"),
      leaving_at: at("12:08"),
      idle_seconds: 1500,
      gpu_seconds_by_batch: { [one]: 9200, [other]: 3200 },
      audio_seconds_made: 93_000,
    },
    "i-0e27b9c4d5f8a1133": {
      ...ran("09:30", "09:30:40", "09:34", "09:36"),
      ...{ zone: "zone-b", ...ended("11:20"), end_reason: "interruption" },
      ...{ taken_back: true, ended_by: "taken_back", leaving_at: at("11:18"), interrupted_seconds: 60 },
      gpu_seconds_by_batch: { [one]: 6000 },
      audio_seconds_made: 41_000,
    },
    "i-0d8842f1c0aa95e47": {
      ...ran("13:10", "13:11", "13:14", "13:15"),
      ...ended("13:40"),
      ...{ idle_since: at("13:15"), leaving_at: at("13:38"), idle_seconds: 1380, audio_seconds_made: 0 },
    },
    "i-0c41d2a6be7790813": {
      ...ran("15:20", "15:20:30", "15:23", "15:24"),
      ...{ ...runs, instance_type: "g5.xlarge", zone: "zone-a", idle_since: at("19:40") },
      prices: [{ since: at("15:20"), usd_per_hour: 0.22 }],
      ...{ idle_seconds: 4200, gpu_seconds_by_batch: { [other]: 11_000 }, audio_seconds_made: 160_000 },
    },
    "i-0b9d1f77a4c2e8012": {
      ...ran("18:31", "18:31:30", "18:34", "18:35:20"),
      ...{ ...runs, idle_seconds: 120, gpu_seconds_by_batch: { [one]: 4900 }, audio_seconds_made: 37_000 },
    },
  };
  const record = { v: 1, day: "2026-01-01", instances };
  await world.store.put(fleetKeys.ledger("2026-01-01"), JSON.stringify(record));
}

/** Everything that can hold launches at once. */
export async function holdLaunches({ ports }: World): Promise<void> {
  const pool = { instanceType: "g4dn.xlarge", zone: "zone-b" };
  await coolPool(ports, pool, 1_500_000, { reason: "capacity", code: "InsufficientInstanceCapacity" });
  await pauseMarkets(ports, ["spot"], "MaxSpotInstanceCountExceeded: the limit is 16 vCPUs", []);
  await openBreaker(ports, "refused", "UnauthorizedOperation: the launcher may not pass the machines' role");
  await noteFailedStart(ports, "small", {
    until: at("20:25"),
    detail: "3 machines failed to start. Last error: no CUDA device",
    instance_id: instanceIdSchema.parse("i-0aa17c3e9b5d20464"),
    console_tail: "[   12.1] nvidia: module verification failed\n[   14.8] agent: no CUDA device\n",
  });
}
