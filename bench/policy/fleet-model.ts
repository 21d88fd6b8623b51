/**
 * Machines, a market and jobs, without the agent and the functions: fast enough for thousands of days. Every policy
 * runs on the same one. It goes from event to event; times in seconds after the start, money in USD.
 */
import { chance } from "../../simulation/faults/hazards.ts";
import type { Market } from "../../simulation/played/market.ts";
import type { EngineSpeed } from "../../simulation/played/simulated-engine.ts";
import { rateWith } from "../../simulation/played/simulated-engine.ts";
import type { MachineType } from "../../shared/config.ts";
import { poolKey } from "../../shared/contract/pool-key.ts";
import { MarketView, typeOfPool } from "./market-view.ts";
import { speedOf } from "./types.ts";

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
  readonly instanceType: string;
  /** How many times as fast as the first type it is. */
  readonly speed: number;
  /** The pool, by its name. */
  readonly zone: string;
  readonly isOnDemand: boolean;
  readonly launchedS: number;
  readonly readyS: number;
  readonly priceUsdPerHour: number;
  readonly running: Job[];
  /** Until when the work of those that run is taken off them. */
  accruedS: number;
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
  /** A machine without work ends itself after so long; Infinity: the policy ends it. */
  readonly idleExitS: number;
  /**
   * Called at every event: an arrival, the end of a clip, a machine that is ready or announced to be taken.
   * @returns when to be called at the latest, if nothing happens before.
   */
  act(fleet: FleetModel): number;
}

const noticeS = 120;
const freeS = 3600;
/** SQS gives up on a message that was received so often without an end. */
const mostReceives = 100;
/** From the launch until a machine takes work: EC2, the boot, and the load of the model. */
export const bootsS = { shortest: 170, longest: 260 } as const;
/** Two events that are nearer than that are one. */
const instantS = 1e-6;

export class FleetModel {
  readonly machines: MachineState[] = [];
  readonly market: MarketView;
  readonly engine: EngineSpeed;
  readonly seed: number;
  readonly jobs: readonly Job[];
  nowS = 0;
  interruptions = 0;
  lostS = 0;
  readonly #policy: Policy;
  readonly #queues: { readonly fast: Job[]; readonly bulk: Job[] } = { fast: [], bulk: [] };
  readonly #alive = new Set<MachineState>();
  /** Of one clip beside so many, audio seconds in a second. */
  readonly #rates: readonly number[];
  #next = 0;

  constructor(market: Market, jobs: readonly Job[], engine: EngineSpeed, policy: Policy, seed: number) {
    this.market = new MarketView(market);
    this.jobs = jobs.toSorted((a, b) => a.atS - b.atS);
    this.#policy = policy;
    this.engine = engine;
    this.seed = seed;
    this.#rates = Array.from({ length: engine.slots + 1 }, (_, clips) =>
      clips === 0 ? 0 : rateWith(clips, engine) / clips,
    );
  }

  /** @param limitS what is not done by then is lost. */
  run(limitS: number): void {
    while (this.nowS < limitS) {
      this.#arrive();
      this.#moveMarket();
      for (const machine of this.#alive) this.#work(machine);
      const wakeS = this.#policy.act(this);
      // What the policy ended has given its work back.
      for (const machine of this.#alive) this.#refill(machine);
      const nextS = Math.min(wakeS, this.#nextEventS());
      if (nextS === Infinity) return;
      this.nowS = Math.max(this.nowS + instantS, nextS);
    }
  }

  get alive(): readonly MachineState[] {
    return [...this.#alive];
  }
  /** Those that take work, or will. */
  get serving(): readonly MachineState[] {
    return this.alive.filter(({ takenS }) => takenS === null);
  }
  get waiting(): readonly Job[] {
    return [...this.#queues.fast, ...this.#queues.bulk];
  }
  /** Jobs that arrived and are not done. */
  get open(): readonly Job[] {
    for (const machine of this.#alive) this.#accrue(machine);
    return [...this.waiting, ...this.alive.flatMap(({ running }) => running)];
  }
  get openCount(): number {
    let count = this.#queues.fast.length + this.#queues.bulk.length;
    for (const { running } of this.#alive) count += running.length;
    return count;
  }
  get arrived(): number {
    return this.#next;
  }
  get zones(): readonly { zone: string; priceUsdPerHour: number; free: number }[] {
    return this.market.zones.map((zone) => {
      const { capacity, priceUsdPerHour } = this.market.at(zone, this.nowS);
      return { zone, priceUsdPerHour, free: Math.max(0, capacity - this.#spotIn(zone).length) };
    });
  }

  isReady(machine: MachineState): boolean {
    return machine.readyS <= this.nowS;
  }

  /** Ask for machines, the cheapest zone first. @returns how many came */
  launch(count: number, zones: readonly string[] = this.market.zones): number {
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

  launchOnDemand(count: number, { type, on_demand_price_usd }: MachineType): void {
    const pool = poolKey({ instanceType: type, zone: "on-demand" });
    for (let number = 0; number < count; number += 1) this.#start(pool, on_demand_price_usd, true);
  }

  /** The policy, or the machine itself, ends it. */
  end(machine: MachineState): void {
    this.#accrue(machine);
    if (machine.idleSinceS !== null) machine.idleS += this.nowS - machine.idleSinceS;
    machine.endedS = this.nowS;
    this.#return(machine);
    this.#alive.delete(machine);
  }

  costOf({ launchedS, endedS, wasTaken, isOnDemand, priceUsdPerHour }: MachineState): number {
    const livedS = (endedS ?? this.nowS) - launchedS;
    return wasTaken && !isOnDemand && livedS < freeS ? 0 : (livedS * priceUsdPerHour) / 3600;
  }

  /** @param machine its number. */
  bootS(machine: number): number {
    return bootsS.shortest + (bootsS.longest - bootsS.shortest) * chance(this.seed, `boot ${machine}`);
  }

  #start(zone: string, priceUsdPerHour: number, isOnDemand: boolean): void {
    const number = this.machines.length;
    const readyS = this.nowS + this.bootS(number);
    const instanceType = typeOfPool(zone);
    const machine: MachineState = {
      name: `i-${number.toString(16).padStart(8, "0")}`,
      instanceType,
      speed: speedOf(instanceType),
      zone,
      isOnDemand,
      launchedS: this.nowS,
      readyS,
      priceUsdPerHour,
      running: [],
      accruedS: readyS,
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

  #spotIn(zone: string): readonly MachineState[] {
    return this.alive.filter((machine) => machine.zone === zone && !machine.isOnDemand);
  }

  #arrive(): void {
    for (let job = this.jobs[this.#next]; job !== undefined && job.atS <= this.nowS;) {
      this.#put(job);
      this.#next += 1;
      job = this.jobs[this.#next];
    }
  }

  #put(job: Job): void {
    const isFirst = this.#policy.twoQueues && job.isFast;
    (isFirst ? this.#queues.fast : this.#queues.bulk).push(job);
  }

  #moveMarket(): void {
    for (const machine of this.#alive) {
      if (machine.takenS === null || machine.takenS > this.nowS) continue;
      machine.wasTaken = true;
      this.interruptions += 1;
      this.end(machine);
    }
    for (const zone of new Set([...this.#alive].map((machine) => machine.zone))) {
      const { capacity } = this.market.at(zone, this.nowS);
      for (const machine of this.#spotIn(zone).slice(capacity)) machine.takenS ??= this.nowS + noticeS;
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

  #work(machine: MachineState): void {
    if (!this.isReady(machine)) return;
    this.#accrue(machine);
    for (let place = machine.running.length - 1; place >= 0; place -= 1) {
      const job = machine.running[place];
      if (job === undefined || job.leftSeconds > instantS) continue;
      job.doneS = this.nowS;
      machine.jobsDone += 1;
      machine.running.splice(place, 1);
    }
    this.#refill(machine);
    const idleS = machine.idleSinceS === null ? 0 : this.nowS - machine.idleSinceS;
    if (machine.takenS === null && idleS >= this.#policy.idleExitS) this.end(machine);
  }

  /** Take what was made since off the clips that run. */
  #accrue(machine: MachineState): void {
    const passedS = this.nowS - machine.accruedS;
    if (passedS <= 0) return;
    const each = this.#rateOfEach(machine);
    for (const job of machine.running) job.leftSeconds -= passedS * each;
    machine.accruedS = this.nowS;
  }

  #rateOfEach({ running, speed }: MachineState): number {
    return (this.#rates[running.length] ?? 0) * speed;
  }

  #refill(machine: MachineState): void {
    if (!this.isReady(machine)) return;
    const isNoticed = machine.takenS !== null;
    while (!isNoticed && machine.running.length < this.engine.slots) {
      const job = this.#queues.fast.shift() ?? this.#queues.bulk.shift();
      if (job === undefined) break;
      this.#accrue(machine);
      machine.running.push(job);
    }
    if (machine.running.length === 0) machine.idleSinceS ??= this.nowS;
    else if (machine.idleSinceS !== null) {
      machine.idleS += this.nowS - machine.idleSinceS;
      machine.idleSinceS = null;
    }
  }

  #nextEventS(): number {
    let nextS = this.jobs[this.#next]?.atS ?? Infinity;
    for (const machine of this.#alive) {
      nextS = Math.min(nextS, machine.takenS ?? Infinity, this.#nextOfS(machine));
      if (machine.takenS === null && !machine.isOnDemand)
        nextS = Math.min(nextS, this.market.nextChangeS(machine.zone, this.nowS));
    }
    return nextS;
  }

  /** When a machine is ready, has made a clip, or goes home. */
  #nextOfS(machine: MachineState): number {
    if (!this.isReady(machine)) return machine.readyS;
    if (machine.idleSinceS !== null)
      return machine.takenS === null ? machine.idleSinceS + this.#policy.idleExitS : Infinity;
    const each = this.#rateOfEach(machine);
    let shortest = Infinity;
    for (const { leftSeconds } of machine.running) shortest = Math.min(shortest, leftSeconds);
    return machine.accruedS + shortest / each;
  }
}
