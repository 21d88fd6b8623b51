/** A scenario in which everything that can go wrong does, drawn from one seed, over minutes instead of hours. */
import type { StageConfig } from "../shared/config.ts";
import { SeededRandom } from "../shared/memory/seeded-random.ts";
import type { FaultKind, Outage } from "./hazards.ts";
import { faultKinds } from "./hazards.ts";
import type { Supply, ZoneMarket } from "./market.ts";
import { around, calmMarket, hardMarket, pricedAt, upTo } from "./market.ts";
import type { Happening, Scenario } from "./scenario.ts";
import { models, stageSettings } from "./scenario.ts";
import { mishaps } from "./simulated-engine.ts";
import type { Order } from "./workload.ts";
import { pick } from "./workload.ts";

/** What is left out of a scenario, to find out what a failure needs. */
export interface Omissions {
  readonly faults?: readonly FaultKind[];
  readonly outages?: boolean;
  readonly noise?: boolean;
  readonly skew?: boolean;
  /** By their place in the scenario. */
  readonly orders?: readonly number[];
  readonly happenings?: readonly number[];
  /** Items of an order beyond so many. */
  readonly clipsAbove?: number;
}

const minuteMs = 60_000;
/** Orders and faults come for so long; then it must come right by itself. */
const roughMs = 25 * minuteMs;

/** Small models, small machines and short times: the same code, in a hundredth of the steps. */
const settings: StageConfig = {
  ...stageSettings(),
  limits: { max_instances: 3, queued_items: 1000 },
  over_price_seconds: 5,
  speeds: {
    fast: { target_seconds: 180, slack_share: 0 },
    standard: { target_seconds: 480, slack_share: 0.5 },
    economy: { target_seconds: 900, slack_share: 1 },
  },
  worker: {
    ...stageSettings().worker,
    boot_seconds: 60,
    boot_deadline_seconds: 240,
    max_lifetime_seconds: 1500,
  },
};

const supply: Supply = {
  zones: 3,
  upMs: around(8 * minuteMs),
  downMs: around(4 * minuteMs),
  machines: upTo(2),
};

export function trouble(seed: number, without: Omissions = {}): Scenario {
  const random = new SeededRandom(seed);
  const market =
    random.next() < 0.4 ? calmMarket(seed, roughMs) : hardMarket(`hard-${seed}`, seed, roughMs, supply);
  const orders = ordersOf(random);
  const happenings = happeningsOf(random);
  const rate = pick([0, 0.003, 0.01, 0.03], random);
  const outages = random.next() < 0.4 ? [outageOf(random)] : [];
  const late = pick([0, 0.05, 0.3], random);
  const twice = pick([0, 0.05, 0.3], random);
  const scenario: Scenario = {
    seed,
    settings,
    market: { ...market, zones: market.zones.map(endsWell) },
    orders,
    happenings,
    hazards: {
      seed,
      rate,
      kinds: faultKinds,
      outages,
      calmFromMs: roughMs,
      maxSkewMs: pick([0, 2000, 10_000], random),
      maxDelayMs: pick([2000, 20_000, 45_000], random),
    },
    noise: { seed, late, twice, atMostLateMs: 150_000 },
    engines: {
      [models.small]: { model: models.small, slots: 4, fullRate: 4, latencyClips: 1, loadMs: 10_000 },
      [models.medium]: { model: models.medium, slots: 2, fullRate: 1.5, latencyClips: 1, loadMs: 20_000 },
    },
    bootMs: [30_000, 75_000],
    noticeMs: 120_000,
    brokenShare: pick([0, 0, 0.1], random),
    listDelayMs: pick([0, 1000, 20_000], random),
    lostEvents: pick([0, 0.2, 1], random),
    settleMs: 150 * minuteMs,
    lengthMs: 0,
  };
  const isDear = random.next() < 0.3;
  const zones = scenario.market.zones.map((zone) => (isDear ? flickering(zone, random) : zone));
  return reduced({ ...scenario, market: { ...market, zones } }, without);
}

/** A minute here and there a zone's price is over the cap: about as often as a machine of this size is needed. */
const flickering = (zone: ZoneMarket, random: SeededRandom): ZoneMarket =>
  Array.from({ length: roughMs / minuteMs - 1 }, (_, minute) => minute * minuteMs)
    .filter(() => random.next() < 0.3)
    .reduce((market, fromMs) => pricedAt(0.5, fromMs, fromMs + minuteMs, market), zone);

/** The last word of a market: whoever waits for a machine gets one. */
const endsWell = ({ zone, steps }: ZoneMarket): ZoneMarket => ({
  zone,
  steps: [
    ...steps.filter(({ fromMs }) => fromMs < roughMs),
    { fromMs: roughMs, capacity: 8, priceUsdPerHour: steps.at(-1)?.priceUsdPerHour ?? 0.2 },
  ],
});

function ordersOf(random: SeededRandom): readonly Order[] {
  return Array.from({ length: 1 + Math.floor(random.next() * 4) }, (): Order => {
    const clips = Array.from(
      { length: 1 + Math.floor(random.next() ** 2 * 16) },
      () => 1 + Math.floor(random.next() * 30),
    );
    const poisoned = random.next() < 0.15;
    const prompt = pick([mishaps.fails, mishaps.kills], random);
    const where = Math.floor(random.next() * clips.length);
    const cancels = random.next() < 0.15;
    const cancel = {
      afterMs: Math.floor(random.next() * 6 * minuteMs),
      mode: pick(["drain", "abort"] as const, random),
    };
    const expires = random.next() < 0.1;
    return {
      atMs: Math.floor(random.next() * 12 * minuteMs),
      model: random.next() < 0.8 ? models.small : models.medium,
      speed: pick(["fast", "standard", "economy"], random),
      clips,
      ...(poisoned ? { prompts: { [where]: prompt } } : {}),
      ...(cancels ? { cancel } : {}),
      ...(expires ? { expiresInSeconds: 60 + Math.floor(random.next() * 600) } : {}),
    };
  });
}

function happeningsOf(random: SeededRandom): readonly Happening[] {
  const at = (): number => Math.floor(random.next() * 20 * minuteMs);
  const some = (most: number): number => Math.floor(random.next() * (most + 1));
  const interruptions = Array.from({ length: some(4) }, (): Happening => ({ kind: "interrupt", atMs: at() }));
  const kills = Array.from({ length: some(2) }, (): Happening => ({ kind: "kill", atMs: at() }));
  const stop: Happening = { kind: "stop", atMs: at(), forMs: minuteMs * (1 + some(12)) };
  return [...interruptions, ...kills, ...(random.next() < 0.3 ? [stop] : [])];
}

function outageOf(random: SeededRandom): Outage {
  const operation = pick(
    [
      "store.get",
      "store.put",
      "store.create",
      "store.replace",
      "store.list",
      "queue.send",
      "queue.receive",
      "queue.extend",
      "queue.delete",
      "queue.depth",
      "fleet.launch",
      "fleet.list",
      "fleet.terminate",
      "fleet.pools",
      "launcher.trigger",
    ],
    random,
  );
  const fromMs = Math.floor(random.next() * 15 * minuteMs);
  return { operation, fromMs, toMs: fromMs + minuteMs * (1 + Math.floor(random.next() * 6)) };
}

function reduced(scenario: Scenario, without: Omissions): Scenario {
  const { hazards, noise, orders, happenings } = scenario;
  const most = without.clipsAbove ?? Infinity;
  return {
    ...scenario,
    orders: orders
      .filter((_, place) => without.orders?.includes(place) !== true)
      .map((order) => ({ ...order, clips: order.clips.slice(0, most) })),
    happenings: happenings.filter((_, place) => without.happenings?.includes(place) !== true),
    hazards: {
      ...hazards,
      kinds: hazards.kinds.map((kind) =>
        without.faults?.some((one) => one === kind) === true ? null : kind,
      ),
      outages: without.outages === true ? [] : hazards.outages,
      maxSkewMs: without.skew === true ? 0 : hazards.maxSkewMs,
    },
    noise: without.noise === true ? { ...noise, late: 0, twice: 0 } : noise,
  };
}
