/** A scenario in which everything that can go wrong does, drawn from one seed, over minutes instead of hours. */
import type { StageConfig } from "../../shared/config.ts";
import { SeededRandom } from "../memory/seeded-random.ts";
import type { FaultKind, Outage } from "../faults/hazards.ts";
import { faultKinds, seedOf } from "../faults/hazards.ts";
import type { Market, Supply, ZoneMarket } from "../played/market.ts";
import { around, calmMarket, endsWell, hardMarket, pricedAt, upTo } from "../played/market.ts";
import type { Happening, Scenario } from "../scenario.ts";
import { models, newYearMs, stageSettings } from "../scenario.ts";
import { receiverKinds, type ReceiverKind } from "../played/receivers.ts";
import type { EngineSpeed } from "../played/simulated-engine.ts";
import { mishaps } from "../played/simulated-engine.ts";
import { withSecondType } from "./second-type.ts";
import type { Order } from "../played/workload.ts";
import { pick } from "../played/workload.ts";

/** What is left out of a scenario, to find out what a failure needs. */
export interface Omissions {
  readonly faults?: readonly FaultKind[];
  readonly outages?: boolean;
  readonly noise?: boolean;
  readonly skew?: boolean;
  /** Whether EC2's lists leave machines out. */
  readonly leftOut?: boolean;
  readonly latency?: boolean;
  readonly receivers?: boolean;
  /** Whether the queues refuse some messages for their content. */
  readonly refusals?: boolean;
  /** By their place in the scenario. */
  readonly orders?: readonly number[];
  readonly happenings?: readonly number[];
  /** Items of an order beyond this number. */
  readonly clipsAbove?: number;
}

const minuteMs = 60_000;
/** Orders and faults come for this long. After that, everything must recover by itself. */
const roughMs = 25 * minuteMs;
const flickerMs = 2 * minuteMs;
const dayMs = 24 * 60 * minuteMs;

/** Small models, small machines and short times: the same code, in a hundredth of the steps. */
const settings: StageConfig = {
  ...stageSettings(),
  limits: { ...stageSettings().limits, max_instances: 3, queued_items: 1000 },
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
/** How long machines boot and live: some boot as slowly as real ones, and live not much longer than that. */
interface Life {
  readonly bootMs: Scenario["bootMs"];
  readonly worker: Partial<StageConfig["worker"]>;
  /** What a machine and some clips cost: a tight budget for a day is a little more. */
  readonly leastUsd: number;
}
const short: Life = { bootMs: [30_000, 75_000], leastUsd: 0.025, worker: {} };
const real: Life = {
  bootMs: [130_000, 220_000],
  leastUsd: 0.05,
  worker: { boot_seconds: 175, boot_deadline_seconds: 420, max_lifetime_seconds: 900 },
};
/** Zones that have machines for this long on average, and none for half as long. */
const upFor = (upMs: number): Supply => ({
  zones: 3,
  upMs: around(upMs),
  downMs: around(upMs / 2),
  machines: upTo(2),
});
const small: EngineSpeed = { model: models.small, slots: 4, fullRate: 4, latencyClips: 1, loadMs: 10_000 };
const medium: EngineSpeed = {
  model: models.medium,
  slots: 2,
  fullRate: 1.5,
  latencyClips: 1,
  loadMs: 20_000,
};

export function trouble(seed: number, without: Omissions = {}): Scenario {
  const random = new SeededRandom(seed);
  // Drawn separately, so that the rest of a seed's meaning does not depend on them.
  const budgets = new SeededRandom(seedOf(seed, "budgets"));
  const paces = new SeededRandom(seedOf(seed, "paces"));
  const losses = new SeededRandom(seedOf(seed, "losses"));
  const ways = new SeededRandom(seedOf(seed, "ways"));
  const lives = new SeededRandom(seedOf(seed, "lives"));
  const refusals = new SeededRandom(seedOf(seed, "refusals"));
  const life = pick([short, short, real], lives);
  const orders = ordersOf(random)
    .map((order) => withBudget(order, budgets))
    .map((order) => withLoss(order, losses))
    .map((order) => withWay(order, ways))
    .map((order) => withRefusals(order, refusals));
  const answers = new SeededRandom(seedOf(seed, "answers"));
  const happenings = [...happeningsOf(random, answers), ...whimsOf(lives)];
  const isTight = random.next() < 0.1;
  // So slow that a clip is still being made long after its owner has changed their mind.
  const slowness = isTight ? 4 : pick([1, 1, 1, 6], random);
  const engines: Scenario["engines"] = Object.fromEntries(
    [small, medium].map((engine) => [
      engine.model,
      { ...engine, fullRate: engine.fullRate / slowness, told: toldOf(paces) },
    ]),
  );
  // The fleet plans with the engine's own pace; otherwise it would hardly ever want two machines.
  const rateOf = (model: string): number => engines[model]?.fullRate ?? 1;
  const scenario: Scenario = {
    seed,
    // A day's budget that is spent is renewed within the hour.
    startMs: newYearMs + (isTight ? 23.5 * 60 * minuteMs : 0),
    settings: {
      ...settings,
      worker: { ...settings.worker, ...life.worker },
      rebalance: pick(["note", "note", "drain"], lives),
      models: settings.models.map((model) => ({ ...model, audio_seconds_per_gpu_second: rateOf(model.id) })),
      ...(isTight ? { budgets: { day_usd: life.leastUsd + 0.025 * random.next(), month_usd: 1 } } : {}),
      ...(random.next() < 0.3 ? { rescue: { max_instances: pick([1, 2], random) } } : {}),
    },
    market: marketOf(seed, random),
    orders,
    receivers: receiversOf(new SeededRandom(seedOf(seed, "receivers"))),
    happenings,
    hazards: {
      seed,
      rate: pick([0, 0.003, 0.01, 0.03], random),
      kinds: faultKinds,
      outages: outagesOf(happenings, random),
      calmFromMs: roughMs,
      maxLatencyMs: pick([0, 100, 500], random),
      // Off by seconds, as usual, or by minutes.
      maxSkewMs: pick([0, 2000, 10_000], random) || pick([0, 240_000], lives),
      leftOut: pick([0, 0.05, 0.3], lives),
      maxDelayMs: pick([2000, 20_000, 45_000], random),
    },
    noise: {
      seed,
      late: pick([0, 0.05, 0.3], random),
      twice: pick([0, 0.05, 0.3], random),
      atMostLateMs: 150_000,
    },
    engines,
    bootMs: life.bootMs,
    noticeMs: 120_000,
    brokenShare: pick([0, 0, 0.1], random),
    listDelayMs: pick([0, 1000, 20_000], random),
    lostEvents: pick([0, 0.2, 1], random),
    timeToEndMs: isTight ? daysToPay({ orders, engines }) * dayMs : 150 * minuteMs,
    lengthMs: 0,
  };
  const types = new SeededRandom(seedOf(seed, "types"));
  return reduced(withSecondType(scenario, seed, roughMs, types), without);
}

/** A day's budget pays for two minutes of work at least, or for a machine that never comes up. */
function daysToPay({ orders, engines }: Pick<Scenario, "orders" | "engines">): number {
  const workSeconds = orders.map(({ clips, model }) => {
    const audioSeconds = clips.reduce((total, seconds) => total + seconds, 0);
    return audioSeconds / (engines[model]?.fullRate ?? 1);
  });
  return 7 + Math.ceil(workSeconds.reduce((total, seconds) => total + seconds, 0) / 120);
}

/** A trial at the start may be very wrong. The pace of finished clips is right, and may come late. */
const toldOf = (random: SeededRandom): NonNullable<EngineSpeed["told"]> => ({
  atStart: pick([0.2, 1, 5], random),
  measured: 0.75 + 0.5 * random.next(),
  afterClips: pick([8, 8, 20], random),
});

/** Zones run out of machines, and sometimes they are too dear. */
function marketOf(seed: number, random: SeededRandom): Market {
  const isCalm = random.next() < 0.4;
  // In the last of them, few clips are made without an interruption.
  const supply = upFor(pick([8, 8, 3], random) * minuteMs);
  const market = isCalm ? calmMarket(seed, roughMs) : hardMarket(`hard-${seed}`, seed, roughMs, supply);
  const isDear = random.next() < 0.3;
  const zones = market.zones.map((zone) => (isDear ? flickering(zone, random) : zone));
  return { ...market, zones: zones.map((zone) => endsWell(zone, roughMs)) };
}

/**
 * Sometimes a zone's price is over the cap, about as often as a machine of this size is needed. It stays there for two
 * minutes, because a fleet that looks once a minute may miss a shorter rise.
 */
const flickering = (zone: ZoneMarket, random: SeededRandom): ZoneMarket =>
  Array.from({ length: roughMs / flickerMs }, (_, part) => part * flickerMs)
    .filter(() => random.next() < 0.3)
    .reduce((market, fromMs) => pricedAt(0.5, fromMs, fromMs + flickerMs, market), zone);

function ordersOf(random: SeededRandom): readonly Order[] {
  return Array.from({ length: 1 + Math.floor(random.next() * 4) }, (): Order => {
    const clips = Array.from(
      { length: 1 + Math.floor(random.next() ** 2 * 16) },
      () => 1 + Math.floor(random.next() * 30),
    );
    const poisoned = random.next() < 0.15;
    const prompt = pick([mishaps.fails, mishaps.kills], random);
    const where = Math.floor(random.next() * clips.length);
    const cancels = random.next() < 0.2;
    const cancel = {
      afterMs: Math.floor(random.next() * 8 * minuteMs),
      inMaking: random.next() < 0.5,
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

/** Sometimes the cost limit of a longer order is about a boot and a few clips, until its owner sees that it is held. */
function withBudget(order: Order, random: SeededRandom): Order {
  const hasBudget = random.next() < 0.25;
  const maxUsd = 0.002 + 0.008 * random.next();
  const liftedAfterMs = (4 + 20 * random.next()) * minuteMs;
  if (!hasBudget) return order;
  return {
    ...order,
    clips: Array.from({ length: 6 }, () => order.clips).flat(),
    budget: { maxUsd, liftedAfterMs },
  };
}

/** Sometimes a batch is in no queue, until its owner gives up. */
function withLoss(order: Order, random: SeededRandom): Order {
  const isLost = random.next() < 0.06;
  const afterMs = (10 + 30 * random.next()) * minuteMs;
  const mode = pick(["drain", "abort"] as const, random);
  return isLost ? { ...order, isLost, cancel: { afterMs, inMaking: false, mode } } : order;
}

/** Some batches are uploaded, and some have another priority. */
function withWay(order: Order, random: SeededRandom): Order {
  const isUpload = random.next() < 0.15;
  const priority = pick(["normal", "normal", "normal", "low", "high"] as const, random);
  return { ...order, priority, ...(isUpload ? { isUpload } : {}) };
}

/** Sometimes the queue refuses the messages of some of a batch's items, or of all. */
function withRefusals(order: Order, random: SeededRandom): Order {
  const hasSome = random.next() < 0.12;
  const share = pick([0.2, 0.5, 1], random);
  const refused = [...order.clips.keys()].filter(() => random.next() < share);
  return hasSome ? { ...order, refused } : order;
}

function happeningsOf(random: SeededRandom, answers: SeededRandom): readonly Happening[] {
  const at = (): number => Math.floor(random.next() * 20 * minuteMs);
  const some = (most: number): number => Math.floor(random.next() * (most + 1));
  const interruptions = Array.from({ length: some(4) }, (): Happening => ({ kind: "interrupt", atMs: at() }));
  const kills = Array.from({ length: some(2) }, (): Happening => ({ kind: "kill", atMs: at() }));
  const stop: Happening = {
    kind: "stop",
    atMs: at(),
    forMs: minuteMs * (1 + some(12)),
    inLaunch: random.next() < 0.5,
    losesAnswer: answers.next() < 0.5,
  };
  const refusal: Happening = { kind: "refuse", atMs: at() };
  return [
    ...interruptions,
    ...kills,
    ...(random.next() < 0.3 ? [stop] : []),
    ...(random.next() < 0.05 ? [refusal] : []),
  ];
}

/** In a quarter of the runs somebody is told by webhooks. */
const receiversOf = (random: SeededRandom): readonly ReceiverKind[] =>
  random.next() < 0.75
    ? []
    : Array.from({ length: 1 + Math.floor(random.next() * 3) }, () => pick(receiverKinds, random));

/** What EC2 does with spot machines without a warning, or announces and does not do. */
function whimsOf(random: SeededRandom): readonly Happening[] {
  const some = (kind: "advise" | "reclaim", most: number): readonly Happening[] =>
    Array.from({ length: Math.floor(random.next() * (most + 1)) }, () => ({
      kind,
      atMs: Math.floor(random.next() * 20 * minuteMs),
    }));
  return random.next() < 0.5 ? [] : [...some("advise", 3), ...some("reclaim", 4)];
}

/** What programs ask of AWS. */
export const operations = [
  "store.get",
  "store.put",
  "store.create",
  "store.replace",
  "store.delete",
  "store.list",
  "queue.send",
  "queue.receive",
  "queue.extend",
  "queue.delete",
  "queue.depth",
  "fleet.launch",
  "fleet.list",
  "fleet.find",
  "fleet.terminate",
  "fleet.pools",
  "launcher.trigger",
  "metadata.read",
] as const;
/** What a stop needs to be true. */
const ofStops = ["fleet.terminate", "fleet.terminate", "fleet.list", "store.get", "store.replace"] as const;

/** At any time, or just when an operator needs EC2. */
function outagesOf(happenings: readonly Happening[], random: SeededRandom): readonly Outage[] {
  const lengthMs = minuteMs * (1 + Math.floor(random.next() * 6));
  const fromMs = Math.floor(random.next() * 15 * minuteMs);
  const any = { operation: pick(operations, random), fromMs, toMs: fromMs + lengthMs };
  const stop = happenings.find(({ kind }) => kind === "stop");
  const atStopMs = (stop?.atMs ?? 0) - 10_000;
  const inStop = { operation: pick(ofStops, random), fromMs: atStopMs, toMs: atStopMs + lengthMs };
  return [
    ...(random.next() < 0.4 ? [any] : []),
    ...(stop !== undefined && random.next() < 0.4 ? [inStop] : []),
  ];
}

function reduced(scenario: Scenario, without: Omissions): Scenario {
  const { hazards, noise, orders, happenings } = scenario;
  const most = without.clipsAbove ?? Infinity;
  return {
    ...scenario,
    orders: orders
      .filter((_, place) => without.orders?.includes(place) !== true)
      .map((order) => ({
        ...order,
        clips: order.clips.slice(0, most),
        ...(without.refusals === true ? { refused: [] } : {}),
      })),
    receivers: without.receivers === true ? [] : scenario.receivers,
    happenings: happenings.filter((_, place) => without.happenings?.includes(place) !== true),
    hazards: {
      ...hazards,
      kinds: hazards.kinds.map((kind) =>
        without.faults?.some((one) => one === kind) === true ? null : kind,
      ),
      outages: without.outages === true ? [] : hazards.outages,
      maxSkewMs: without.skew === true ? 0 : hazards.maxSkewMs,
      leftOut: without.leftOut === true ? 0 : hazards.leftOut,
      maxLatencyMs: without.latency === true ? 0 : hazards.maxLatencyMs,
    },
    noise: without.noise === true ? { ...noise, late: 0, twice: 0 } : noise,
  };
}
