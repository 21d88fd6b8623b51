/**
 * Some scenarios have a second machine type. All of it is drawn apart, so that the seeds without one mean what they meant
 * before.
 */
import type { MachineType, StageConfig } from "../../shared/config.ts";
import type { SeededRandom } from "../memory/seeded-random.ts";
import type { Market } from "../played/market.ts";
import { around, dearerPool, endsWell, hardMarket, upTo } from "../played/market.ts";
import { pick } from "../played/workload.ts";
import type { Scenario } from "../scenario.ts";

const minuteMs = 60_000;
const type = "g5.xlarge";
const capUsd = 0.9;

/** @param untilMs from then on, everybody who waits for a machine gets one */
export function withSecondType(
  scenario: Scenario,
  seed: number,
  untilMs: number,
  random: SeededRandom,
): Scenario {
  if (random.next() < 0.6) return scenario;
  const speed = pick([0.8, 2, 3], random);
  const dearer = 1 + 2 * random.next();
  const upMs = pick([3, 8], random) * minuteMs;
  const supply = { zones: 3, upMs: around(upMs), downMs: around(upMs), machines: upTo(2) };
  const own = hardMarket(`second-${seed}`, seed + 1, untilMs, supply);
  return {
    ...scenario,
    settings: withType(scenario.settings, speed),
    market: bothOf(scenario.market, own, dearer, untilMs),
    typeSpeeds: { [type]: speed },
  };
}

function withType(settings: StageConfig, speed: number): StageConfig {
  const second: MachineType = {
    type,
    max_spot_price_usd: capUsd,
    on_demand_price_usd: 1.006,
    audio_seconds_per_gpu_second: Object.fromEntries(
      settings.models.map(({ id, audio_seconds_per_gpu_second: rate }) => [id, rate * speed]),
    ),
  };
  return { ...settings, instance_types: [settings.instance_types[0], second] };
}

const bothOf = (first: Market, second: Market, dearer: number, untilMs: number): Market => ({
  ...first,
  zones: [
    ...first.zones,
    ...second.zones.map((zone) => endsWell(dearerPool(zone, { instanceType: type, dearer }), untilMs)),
  ],
});
