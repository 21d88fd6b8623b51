/**
 * Machines, a market and jobs, without the agent and the functions: fast enough for thousands of days. Every policy
 * runs on the same one. Times in seconds after the start, money in USD.
 */
import { chance } from "../../simulation/hazards.ts";
import type { Market } from "../../simulation/market.ts";
import type { EngineSpeed } from "../../simulation/simulated-engine.ts";
import { rateWith } from "../../simulation/simulated-engine.ts";

export interface Job {
  readonly batch: number;
  readonly atS: number;
  readonly seconds: number;
  /** People wait for it: it goes before the rest wherever a policy has two queues. */
  readonly isFast: boolean;
  readonly deadlineS: number;
  leftSeconds: number;
  doneS: number | null;
  receives: number;
}

export interface MachineState {
  readonly name: string;
  readonly zone: string;
  readonly isOnDemand: boolean;
  readonly launchedS: number;
  readonly readyS: number;
  readonly priceUsdPerHour: number;
  readonly running: Job[];
  /** EC2 takes it then. */
  takenS: number | null;
  endedS: number | null;
  wasTaken: boolean;
  idleSinceS: number | null;
  idleS: number;
  jobsDone: number;
}

/** What a policy sees and may do. */
export interface Policy {
  readonly name: string;
  /** What an interrupted clip has made so far is kept. */
  readonly resumes: boolean;
  /** Interactive work has a queue that is emptied first. */
  readonly twoQueues: boolean;
  /** Called every step. */
  step(fleet: FleetModel): void;
}

export const stepS = 5;
export const onDemandUsd = 0.526;
const noticeS = 120;
const freeS = 3600;
/** SQS gives up on a message that was received so often without an end. */
const mostReceives = 100;

export class FleetModel {
  readonly machines: MachineState[] = [];
  readonly waiting: Job[] = [];
  readonly engine: EngineSpeed;
  readonly seed: number;
  nowS = 0;
  interruptions = 0;
  lostS = 0;
  readonly #market: Market;
  readonly #jobs: readonly Job[];
  readonly #policy: Policy;
  readonly #alive = new Set<MachineState>();
  readonly #cursor = new Map<string, number>();
  #next = 0;

  constructor(market: Market, jobs: readonly Job[], engine: EngineSpeed, policy: Policy, seed: number) {
    this.#market = market;
    this.#jobs = jobs.toSorted((a, b) => a.atS - b.atS);
    this.#policy = policy;
    this.engine = engine;
    this.seed = seed;
  }

  /** @param limitS what is not done by then is lost. */
  run(limitS: number): void {
    for (; this.nowS < limitS; this.nowS += stepS) {
      if (this.#alive.size === 0 && this.waiting.length === 0) {
        const job = this.#jobs[this.#next];
        if (job === undefined) return;
        this.nowS = Math.max(this.nowS, Math.floor(job.atS / stepS) * stepS);
      }
      this.#arrive();
      this.#moveMarket();
      this.#policy.step(this);
      for (const machine of this.#alive) this.#work(machine);
    }
  }

  get jobs(): readonly Job[] {
    return this.#jobs;
  }
  get alive(): readonly MachineState[] {
    return [...this.#alive];
  }
  /** Those that take work, or will. */
  get serving(): readonly MachineState[] {
    return this.alive.filter(({ takenS }) => takenS === null);
  }
  /** Jobs that arrived and are not done. */
  get open(): readonly Job[] {
    return [...this.waiting, ...this.alive.flatMap(({ running }) => running)];
  }
  /** Jobs that will arrive: for the clairvoyant alone. */
  get coming(): readonly Job[] {
    return this.#jobs.slice(this.#next);
  }
  get zones(): readonly { zone: string; priceUsdPerHour: number; free: number }[] {
    return this.#market.zones.map(({ zone }) => {
      const { capacity, priceUsdPerHour } = this.stepAt(zone, this.nowS);
      const there = this.alive.filter((machine) => machine.zone === zone && !machine.isOnDemand).length;
      return { zone, priceUsdPerHour, free: Math.max(0, capacity - there) };
    });
  }

  isReady(machine: MachineState): boolean {
    return machine.readyS <= this.nowS;
  }

  stepAt(zone: string, atS: number): { readonly capacity: number; readonly priceUsdPerHour: number } {
    const steps = this.#market.zones.find((one) => one.zone === zone)?.steps ?? [];
    let place = this.#cursor.get(zone) ?? 0;
    if ((steps[place]?.fromMs ?? 0) > atS * 1000) place = 0;
    while ((steps[place + 1]?.fromMs ?? Infinity) <= atS * 1000) place += 1;
    if (atS === this.nowS) this.#cursor.set(zone, place);
    return steps[place] ?? { capacity: 0, priceUsdPerHour: 0.25 };
  }

  /** Ask for machines, the cheapest zone first. @returns how many came */
  launch(count: number, zones = this.zones.map(({ zone }) => zone)): number {
    let left = count;
    const offers = this.zones
      .filter(({ zone }) => zones.includes(zone))
      .sort((a, b) => a.priceUsdPerHour - b.priceUsdPerHour);
    for (const { zone, priceUsdPerHour, free } of offers) {
      for (let given = Math.min(free, left); given > 0; given -= 1, left -= 1)
        this.#start(zone, priceUsdPerHour, false);
    }
    return count - left;
  }

  launchOnDemand(count: number): void {
    for (let number = 0; number < count; number += 1) this.#start("on-demand", onDemandUsd, true);
  }

  /** The policy, or the machine itself, ends it. */
  end(machine: MachineState): void {
    machine.endedS = this.nowS;
    this.#return(machine);
    this.#alive.delete(machine);
  }

  costOf({ launchedS, endedS, wasTaken, isOnDemand, priceUsdPerHour }: MachineState): number {
    const livedS = (endedS ?? this.nowS) - launchedS;
    return wasTaken && !isOnDemand && livedS < freeS ? 0 : (livedS * priceUsdPerHour) / 3600;
  }

  /** From the launch until it takes work: EC2, the boot, and the load of the model. */
  bootS(machine: number): number {
    return 170 + 90 * chance(this.seed, `boot ${machine}`);
  }

  #start(zone: string, priceUsdPerHour: number, isOnDemand: boolean): void {
    const number = this.machines.length;
    const machine: MachineState = {
      name: `i-${number.toString(16).padStart(8, "0")}`,
      zone,
      isOnDemand,
      launchedS: this.nowS,
      readyS: this.nowS + this.bootS(number),
      priceUsdPerHour,
      running: [],
      takenS: null,
      endedS: null,
      wasTaken: false,
      idleSinceS: null,
      idleS: 0,
      jobsDone: 0,
    };
    this.machines.push(machine);
    this.#alive.add(machine);
  }

  #arrive(): void {
    for (let job = this.#jobs[this.#next]; job !== undefined && job.atS <= this.nowS;) {
      this.#put(job);
      this.#next += 1;
      job = this.#jobs[this.#next];
    }
  }

  #put(job: Job): void {
    const isFirst = this.#policy.twoQueues && job.isFast;
    const place = isFirst ? this.waiting.findIndex(({ isFast }) => !isFast) : -1;
    if (place < 0) this.waiting.push(job);
    else this.waiting.splice(place, 0, job);
  }

  #moveMarket(): void {
    for (const machine of this.#alive) {
      if (machine.takenS === null || machine.takenS > this.nowS) continue;
      machine.wasTaken = true;
      this.interruptions += 1;
      this.end(machine);
    }
    for (const { zone } of this.#market.zones) {
      const { capacity } = this.stepAt(zone, this.nowS);
      const there = this.alive.filter((machine) => machine.zone === zone && !machine.isOnDemand);
      for (const machine of there.slice(capacity)) machine.takenS ??= this.nowS + noticeS;
    }
  }

  #return(machine: MachineState): void {
    for (const job of machine.running.splice(0)) {
      if (!this.#policy.resumes) {
        this.lostS += job.seconds - job.leftSeconds;
        job.leftSeconds = job.seconds;
      }
      job.receives += 1;
      if (job.receives <= mostReceives) this.#put(job);
    }
  }

  /** One step of one machine, from the end of a clip to the end of the next. */
  #work(machine: MachineState): void {
    let nowS = Math.max(this.nowS, machine.readyS);
    const untilS = this.nowS + stepS;
    while (nowS < untilS) {
      if (machine.takenS === null) this.#refill(machine);
      const clips = machine.running.length;
      if (clips === 0) {
        machine.idleSinceS ??= nowS;
        machine.idleS += untilS - nowS;
        return;
      }
      machine.idleSinceS = null;
      const each = rateWith(clips, this.engine) / clips;
      const shortest = Math.min(...machine.running.map(({ leftSeconds }) => leftSeconds));
      const passedS = Math.min(untilS - nowS, shortest / each);
      nowS += passedS;
      for (const job of machine.running) job.leftSeconds -= passedS * each;
      this.#finish(machine, nowS);
    }
  }

  #refill(machine: MachineState): void {
    while (machine.running.length < this.engine.slots) {
      const job = this.waiting.shift();
      if (job === undefined) return;
      machine.running.push(job);
    }
  }

  #finish(machine: MachineState, nowS: number): void {
    for (let place = machine.running.length - 1; place >= 0; place -= 1) {
      const job = machine.running[place];
      if (job === undefined || job.leftSeconds > 1e-6) continue;
      job.doneS = nowS;
      machine.jobsDone += 1;
      machine.running.splice(place, 1);
    }
  }
}
