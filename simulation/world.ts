/** Everything around the real code, in memory and on a virtual clock. It plays one run of a scenario. */
import { MemoryFleet } from "./memory/memory-fleet.ts";
import { MemoryJobQueues } from "./memory/memory-job-queues.ts";
import { MemoryQueue } from "./memory/memory-queue.ts";
import { MemoryStore } from "./memory/memory-store.ts";
import { SeededRandom } from "./memory/seeded-random.ts";
import { VirtualClock } from "./memory/virtual-clock.ts";
import type { FleetInstance, PoolError } from "../shared/ports.ts";
import { typeNamed } from "../shared/billing/prices.ts";
import type { MarketStep, ZoneMarket } from "./played/market.ts";
import { Functions } from "./played/functions.ts";
import { Hazards, chance, seedOf } from "./faults/hazards.ts";
import { judge } from "./invariants/judgement.ts";
import { judgeWebhooks } from "./invariants/judgement-of-webhooks.ts";
import { Receivers } from "./played/receivers.ts";
import { MachineHost, pendingMs, type MachineRecord } from "./played/machine-host.ts";
import { NoisyJobQueues, NoisyQueue } from "./faults/noisy-queues.ts";
import { patienceMs, People } from "./played/people.ts";
import type { Report } from "./report.ts";
import { reportOf } from "./report.ts";
import type { Scenario } from "./scenario.ts";
import { Timeline } from "./timeline.ts";
import { Watch } from "./invariants/watch.ts";
import { WatchOfBudgets } from "./invariants/watch-of-budgets.ts";
import { WatchOfHolds } from "./invariants/watch-of-holds.ts";
import { WatchOfLooks } from "./invariants/watch-of-looks.ts";
import { WatchOfRefusals } from "./invariants/watch-of-refusals.ts";
import { WatchOfPace } from "./invariants/watch-of-pace.ts";
import { WatchOfStops } from "./invariants/watch-of-stops.ts";

const lookEveryMs = 15_000;
/** Within this time after the last machine, the ledgers are closed and the receipts written. */
const closingMs = 8 * 60_000;
/** The fleet must be gone this long after the last batch. */
const dissolveMs = 15 * 60_000;
/** The reaper writes costs each minute. With faults, sometimes only one of its next ticks does. */
const blindMs = 6 * 60_000;

export interface Run {
  readonly violations: readonly string[];
  readonly timeline: readonly string[];
  readonly report: Report;
  /** What it leaves in the bucket, and when it ended. */
  readonly store: MemoryStore;
  readonly endMs: number;
}

export async function play(scenario: Scenario, keepTimeline: boolean): Promise<Run> {
  return new World(scenario, keepTimeline).run();
}

class World {
  readonly clock: VirtualClock;
  readonly startMs: number;
  readonly watch: Watch;
  readonly timeline: Timeline;
  readonly scenario: Scenario;
  readonly store: MemoryStore;
  readonly fleet: MemoryFleet;
  readonly host: MachineHost;
  readonly hazards: Hazards;
  readonly functions: Functions;
  readonly people: People;
  readonly holds: WatchOfHolds;
  readonly budgets: WatchOfBudgets;
  readonly looks: WatchOfLooks;
  readonly paces: WatchOfPace;
  readonly refusals: WatchOfRefusals;
  readonly stops: WatchOfStops;
  readonly webhooks: MemoryQueue;
  readonly receivers: Receivers;
  #queueRequests = 0;

  constructor(scenario: Scenario, keepTimeline: boolean) {
    const { seed, settings, listDelayMs, noise, startMs } = scenario;
    const clock = new VirtualClock(startMs);
    const watch = new Watch(clock, settings);
    this.clock = clock;
    this.startMs = startMs;
    this.watch = watch;
    this.scenario = scenario;
    this.timeline = new Timeline(clock, keepTimeline);
    this.store = new MemoryStore({
      clock,
      faults: watch.storeFaults(
        () => this.store,
        () => void this.stops.checkProof(this.host.records),
      ),
    });
    this.stops = new WatchOfStops(clock, this.store, scenario, watch.reaper, (invariant) => {
      watch.violated(invariant);
    });
    this.budgets = new WatchOfBudgets(this.store, settings, (invariant) => {
      watch.violated(invariant);
    });
    this.holds = new WatchOfHolds(this.store, scenario.engines, (invariant) => {
      watch.violated(invariant);
    });
    this.paces = new WatchOfPace(this.store, scenario, (invariant) => {
      watch.violated(invariant);
    });
    this.hazards = new Hazards(
      scenario.hazards,
      this.startMs,
      () => clock.nowMs(),
      (line) => {
        this.timeline.add(line);
      },
    );
    const random = new SeededRandom(seedOf(seed, "queues"));
    const served = settings.models.map(({ id }) => id);
    const faults = { before: () => void (this.#queueRequests += 1) };
    const queues = new MemoryJobQueues({ clock, models: served, random, faults });
    const jobQueues = new NoisyJobQueues(queues, served, clock, noise);
    this.looks = new WatchOfLooks(queues, jobQueues);
    this.refusals = new WatchOfRefusals({
      queues,
      noisy: jobQueues,
      reaper: watch.reaper,
      committedMs: (key) => watch.committedMs(key),
      violated: (invariant) => {
        watch.violated(invariant);
      },
    });
    const events = new MemoryQueue({ clock, name: "events", random, faults });
    this.fleet = new MemoryFleet({
      clock,
      random: new SeededRandom(seedOf(seed, "fleet")),
      listDelayMs,
      stateDelayMs: listDelayMs,
      pendingMs,
      zones: scenario.market.zones.map(({ instanceType, zone, steps }) => ({
        instanceType: instanceType ?? settings.instance_types[0].type,
        zone,
        capacity: steps[0]?.capacity ?? 0,
        priceUsdPerHour: steps[0]?.priceUsdPerHour ?? null,
      })),
    });
    this.webhooks = new MemoryQueue({ clock, name: "webhooks", faults });
    this.receivers = new Receivers(scenario.receivers, {
      clock,
      calmFromMs: startMs + scenario.hazards.calmFromMs,
      seed: seedOf(seed, "receivers"),
    });
    const common = {
      clock,
      store: this.store,
      fleet: this.fleet,
      jobQueues,
      hazards: this.hazards,
      settings,
      log: (process: string) => this.timeline.logOf(process),
    };
    this.functions = new Functions({
      ...common,
      events,
      webhooks: this.webhooks,
      sender: this.receivers,
      lostEvents: scenario.lostEvents,
      twice: noise.twice,
      onLaunch: () => void watch.checkAsking(this.store),
      onReaped: (beganMs) => {
        watch.reaper.done(beganMs);
      },
    });
    this.host = new MachineHost({
      ...common,
      events: new NoisyQueue(events, clock, noise),
      priceOf: (instance, timeMs) =>
        instance.market === "on_demand"
          ? typeNamed(instance.instanceType, settings).on_demand_price_usd
          : this.#stepOf(instance, timeMs).priceUsdPerHour,
      engineOf: (model, instanceType) => engineOf(scenario, model, instanceType),
      bootMs: scenario.bootMs,
      brokenShare: scenario.brokenShare,
      deliver: (event) => {
        this.timeline.add(`EC2: ${event.kind} of ${event.instanceId}`);
        void this.functions.deliver(event);
      },
      onBug: (process, error) => {
        watch.violated(`${process} failed by itself: ${String(error)}`);
      },
    });
    this.people = new People(scenario.orders, {
      clock,
      watch,
      functions: this.functions,
      timeline: this.timeline,
      nextLaunch: () => watch.nextLaunch(),
      loseAnswer: () => {
        this.hazards.loseNext("fleet.launch");
      },
    });
  }

  async run(): Promise<Run> {
    const { scenario, clock, watch } = this;
    watch.heartbeats.watchEnds(this.fleet, this.store);
    watch.watchLaunches(this.fleet, this.host, scenario.settings, blindMs + longestOutageMs(scenario));
    this.fleet.watch((event) => {
      if (event.kind !== "launched") return;
      this.timeline.add(`launched ${event.instance.instanceId} in ${event.instance.zone}`);
      this.looks.launched(event.instance, clock.nowMs(), this.hazards.lastStruckMs("queue.depth"));
      this.refusals.launched(event.instance, clock.nowMs(), longestOutageMs(scenario));
    });
    for (const pool of scenario.market.zones) void this.#moveMarket(pool);
    const stops = scenario.happenings.filter((happening) => happening.kind === "stop");
    this.people.start(stops, this.receivers.urls);
    for (const [number, happening] of scenario.happenings.entries()) void this.#happen(happening, number);
    this.functions.start();
    await this.#untilSettled();
    await this.people.readAgain(this.store);
    const batches = this.people.standings;
    for (const violation of await judge(
      this.store,
      batches,
      this.host.records,
      scenario,
      watch,
      this.functions.untold,
      clock,
    ))
      watch.violated(violation);
    for (const violation of await judgeWebhooks(this.store, batches, this.receivers))
      watch.violated(violation);
    const hasTold = watch.heartbeats.hasToldThatItIsReady.bind(watch.heartbeats);
    for (const violation of this.looks.judge(this.host.records, hasTold)) watch.violated(violation);
    return {
      violations: watch.violations,
      timeline: this.timeline.lines,
      store: this.store,
      endMs: clock.nowMs(),
      report: await reportOf(this.store, batches, this.host.records, {
        settings: scenario.settings,
        nowMs: clock.nowMs(),
        startMs: this.startMs,
        mostMachines: watch.mostMachines,
        faults: this.hazards.struck,
        lostRaces: this.hazards.lostRaces,
        asked: this.hazards.asked,
        queueRequests: this.#queueRequests,
      }),
    };
  }

  async #untilSettled(): Promise<void> {
    const { scenario, clock, watch, host } = this;
    const lastOrderMs = Math.max(0, ...scenario.orders.map(({ atMs }) => atMs));
    const stopsMs = scenario.happenings.map(
      (one) => one.atMs + (one.kind === "stop" ? one.forMs + patienceMs : 0),
    );
    const lastMs = Math.max(lastOrderMs, scenario.hazards.calmFromMs, scenario.lengthMs, ...stopsMs);
    const limitMs = this.startMs + lastMs + scenario.timeToEndMs;
    const outageMs = longestOutageMs(scenario);
    const graceMs = outageMs;
    let doneMs: number | null = null;
    while (watch.violations.length === 0) {
      await clock.advance(lookEveryMs);
      await this.paces.check();
      this.looks.look(Object.keys(scenario.engines), clock.nowMs());
      const asked = this.people.standings.filter(({ order }) => clock.nowMs() >= this.startMs + order.atMs);
      this.refusals.look(Object.keys(scenario.engines), asked, clock.nowMs());
      watch.checkDeadlines(host, outageMs);
      watch.heartbeats.checkSilence(host, outageMs);
      await watch.advice.checkPauses(host, this.store);
      watch.checkSpending(host, scenario.settings, graceMs);
      await this.stops.check(host.records);
      const nowMs = clock.nowMs();
      await this.holds.check(this.people.standings, nowMs, outageMs);
      await this.budgets.check(this.people.standings, host.records, nowMs, graceMs);
      const isDone = nowMs >= this.startMs + lastMs && this.people.areContent && (await this.#areAllEnded());
      if (!isDone && nowMs > limitMs) watch.violated("not everything has come to its end in time");
      doneMs = isDone ? (doneMs ?? nowMs) : null;
      if (doneMs === null) continue;
      const alive = host.records.filter(({ endedMs }) => endedMs === null).length;
      const lastEndMs = Math.max(doneMs, ...host.records.map(({ endedMs }) => endedMs ?? 0));
      if (alive === 0 && nowMs > lastEndMs + closingMs) return;
      if (nowMs > doneMs + dissolveMs + brokenBootMs(scenario)) {
        watch.violated(`${alive} machines live on without work`);
        return;
      }
    }
  }

  /** No batch is open, and no webhook is still to be told. */
  async #areAllEnded(): Promise<boolean> {
    if (this.webhooks.contents().length > 0) return false;
    return (await this.store.list("active/")).objects.length === 0;
  }

  async #moveMarket({ instanceType, zone, steps }: ZoneMarket): Promise<void> {
    const type = instanceType ?? this.scenario.settings.instance_types[0].type;
    for (const step of steps.slice(1)) {
      const restMs = this.startMs + step.fromMs - this.clock.nowMs();
      if (restMs > 0) await this.clock.sleep(restMs);
      this.fleet.setCapacity(zone, step.capacity, type);
      this.fleet.setPrice(zone, step.priceUsdPerHour, type);
      const there = this.host
        .alive(zone)
        .filter(({ instance }) => instance.market === "spot" && instance.instanceType === type);
      for (const { instance } of there.slice(step.capacity))
        this.fleet.interrupt(instance.instanceId, this.scenario.noticeMs);
    }
  }

  async #happen(happening: Scenario["happenings"][number], number: number): Promise<void> {
    if (happening.kind === "stop") return;
    await this.clock.sleep(happening.atMs);
    if (happening.kind === "refuse") {
      this.timeline.add("EC2 refuses the next launch");
      this.fleet.refuseNextLaunch(quota);
      return;
    }
    const alive = this.host.alive();
    const victim = alive[Math.floor(chance(this.scenario.seed, `victim ${number}`) * alive.length)];
    if (victim === undefined) return;
    const { instanceId, market } = victim.instance;
    this.timeline.add(`${happening.kind} strikes ${instanceId}`);
    if (happening.kind === "advise") this.#advise(victim.instance.zone);
    else if (happening.kind === "kill") this.host.kill(instanceId);
    else if (happening.kind === "reclaim") this.#reclaim(victim);
    else if (market === "spot") this.fleet.interrupt(instanceId, this.scenario.noticeMs);
  }

  #advise(zone: string): void {
    for (const { instance } of this.host.alive(zone))
      if (instance.market === "spot") this.host.advise(instance.instanceId);
  }

  #reclaim(victim: MachineRecord): void {
    const booting = this.host
      .alive()
      .find(({ readyMs, instance }) => readyMs === null && instance.market === "spot");
    const { instance } = booting ?? victim;
    if (instance.market === "spot") this.host.reclaim(instance.instanceId);
  }

  #stepOf({ instanceType, zone }: FleetInstance, timeMs: number): MarketStep {
    const { market: all, settings } = this.scenario;
    const market = all.zones.find(
      (pool) => pool.zone === zone && (pool.instanceType ?? settings.instance_types[0].type) === instanceType,
    );
    const step = market?.steps.findLast(({ fromMs }) => this.startMs + fromMs <= timeMs);
    if (step === undefined) throw new Error(`expected ${zone} to have a market`);
    return step;
  }
}

const quota: PoolError = {
  code: "MaxSpotInstanceCountExceeded",
  message: "a simulated limit of the account",
  zone: null,
  instanceType: null,
  errorClass: "market_quota",
};

const longestOutageMs = ({ hazards }: Scenario): number =>
  Math.max(0, ...hazards.outages.map(({ fromMs, toMs }) => toMs - fromMs));

function engineOf(
  { engines, typeSpeeds = {} }: Scenario,
  model: string,
  instanceType: string,
): Scenario["engines"][string] {
  const engine = engines[model];
  if (engine === undefined) throw new Error(`expected the scenario to say how fast ${model} is`);
  return { ...engine, fullRate: engine.fullRate * (typeSpeeds[instanceType] ?? 1) };
}

/** A machine that never comes up is ended by its boot deadline, and not earlier. */
const brokenBootMs = ({ settings }: Scenario): number => settings.worker.boot_deadline_seconds * 1000;
