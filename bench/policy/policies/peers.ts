/**
 * What others do, each as its own project documents it, restated in a few lines. Their machines take as many clips
 * at once as ours, and are free when EC2 takes them in their first hour: both are more than some of them have.
 */
import type { MachineType } from "../../../shared/config.ts";
import type { FleetModel, Policy } from "../fleet-model.ts";

const most = 8;
const tickS = 60;
/** Buildkite's scaler looks so often within a run of its function. */
const scalerS = 10;

/** What is bought on demand when spot has too little; null: nothing is. */
type Fallback = MachineType | null;

/** Spot first, and what it does not give on demand, where a policy has that. @returns how many came */
function launchOr(fallback: Fallback, count: number, fleet: FleetModel): number {
  const came = fleet.launch(count);
  if (fallback === null) return came;
  fleet.launchOnDemand(count - came, fallback);
  return count;
}

const room = (fleet: FleetModel): number => most - fleet.alive.length;

/** Says when a regular look is due. */
class Schedule {
  readonly #everyS: number;
  #nextS = 0;

  constructor(everyS: number) {
    this.#everyS = everyS;
  }

  get nextS(): number {
    return this.#nextS;
  }

  isDue(nowS: number): boolean {
    if (nowS < this.#nextS) return false;
    this.#nextS = (Math.floor(nowS / this.#everyS) + 1) * this.#everyS;
    return true;
  }
}

/**
 * Self-hosted CI runners: each queued job asks for a machine; idle ones are ended by a scan every five minutes, none
 * before it has run for five. @see github-aws-runners/terraform-aws-github-runner, `minimum_running_time_in_minutes`
 */
export class OnePerJob implements Policy {
  readonly name: string;
  readonly resumes = false;
  readonly twoQueues = false;
  readonly idleExitS = Infinity;
  readonly #scan = new Schedule(300);
  readonly #retry = new Schedule(tickS);
  readonly #asked = new Set<object>();
  readonly #fallback: Fallback;
  #known = 0;

  /** @param fallback as `enable_on_demand_failover_for_errors` has it */
  constructor(name: string, fallback: Fallback = null) {
    this.name = name;
    this.#fallback = fallback;
  }

  act(fleet: FleetModel): number {
    // A job whose machine did not come is tried again, as `job_retry` does.
    const isRetry = this.#retry.isDue(fleet.nowS);
    if (isRetry && fleet.serving.length === 0) this.#asked.clear();
    if (isRetry || fleet.arrived > this.#known) this.#ask(fleet);
    this.#known = fleet.arrived;
    if (this.#scan.isDue(fleet.nowS)) this.#endIdle(fleet);
    return Math.min(this.#scan.nextS, fleet.openCount === 0 ? Infinity : this.#retry.nextS);
  }

  #ask(fleet: FleetModel): void {
    const fresh = fleet.waiting.filter((job) => !this.#asked.has(job));
    const wanted = Math.min(room(fleet), fresh.length);
    const came = wanted > 0 ? launchOr(this.#fallback, wanted, fleet) : 0;
    for (const job of fresh.slice(0, came)) this.#asked.add(job);
  }

  #endIdle(fleet: FleetModel): void {
    for (const machine of fleet.serving)
      if (machine.idleSinceS !== null && fleet.nowS - machine.launchedS >= 300) fleet.end(machine);
  }
}

/**
 * Backlog divided by agents: enough machines for the scheduled and running jobs, with a pause between scale-outs;
 * a machine that idles for long ends itself. @see buildkite/buildkite-agent-scaler and the Elastic CI stack
 */
export class BacklogPerAgent implements Policy {
  readonly name: string;
  readonly resumes = false;
  readonly twoQueues = false;
  readonly idleExitS: number;
  readonly #cooldownS: number;
  readonly #fallback: Fallback;
  readonly #looks = new Schedule(scalerS);
  #lastS = -Infinity;

  constructor(name: string, cooldownS: number, idleS: number, fallback: Fallback = null) {
    this.name = name;
    this.#fallback = fallback;
    this.#cooldownS = cooldownS;
    this.idleExitS = idleS;
  }

  act(fleet: FleetModel): number {
    if (this.#looks.isDue(fleet.nowS) && fleet.nowS - this.#lastS >= this.#cooldownS) this.#scaleOut(fleet);
    return fleet.openCount === 0 ? Infinity : this.#looks.nextS;
  }

  #scaleOut(fleet: FleetModel): void {
    const wanted = Math.ceil(fleet.openCount / fleet.engine.slots) - fleet.serving.length;
    if (wanted > 0 && launchOr(this.#fallback, Math.min(wanted, room(fleet)), fleet) > 0)
      this.#lastS = fleet.nowS;
  }
}

/**
 * Target tracking of backlog per instance: the acceptable wait divided by the time of a job. Out after three minutes
 * over the target, in after fifteen below nine tenths of it, one from zero at once.
 * @see Amazon EC2 Auto Scaling user guide, "Scaling policy based on Amazon SQS"
 */
export class TargetTracking implements Policy {
  readonly name = "target_tracking";
  readonly resumes = false;
  readonly twoQueues = false;
  readonly idleExitS = Infinity;
  readonly #looks = new Schedule(tickS);
  #overS = 0;
  #underS = 0;

  act(fleet: FleetModel): number {
    if (this.#looks.isDue(fleet.nowS)) this.#look(fleet);
    return fleet.openCount === 0 && fleet.alive.length === 0 ? Infinity : this.#looks.nextS;
  }

  #look(fleet: FleetModel): void {
    const { open, serving } = fleet;
    if (serving.length === 0) {
      if (open.length > 0) fleet.launch(1);
      return;
    }
    const seconds = open.reduce((sum, job) => sum + job.seconds, 0);
    const jobS = open.length === 0 ? 1 : seconds / open.length / fleet.engine.fullRate;
    const target = 600 / jobS;
    const perMachine = open.length / serving.length;
    this.#overS = perMachine > target ? this.#overS + tickS : 0;
    this.#underS = perMachine < 0.9 * target ? this.#underS + tickS : 0;
    if (this.#overS >= 180)
      fleet.launch(Math.min(room(fleet), Math.ceil(open.length / target) - serving.length));
    if (this.#underS < 900) return;
    // Busy machines are protected; zero is the alarm on an empty queue.
    const keep = open.length === 0 ? 0 : Math.max(1, Math.ceil(open.length / target));
    const idle = serving.filter(({ idleSinceS }) => idleSinceS !== null);
    for (const machine of idle.slice(0, Math.max(0, serving.length - keep))) fleet.end(machine);
  }
}

/** A person who starts one machine for what waits, and forgets it for an hour after. */
export class ByHand implements Policy {
  readonly name = "by_hand";
  readonly resumes = false;
  readonly twoQueues = false;
  readonly idleExitS = 3600;
  readonly #looks = new Schedule(tickS);

  act(fleet: FleetModel): number {
    const isDue = this.#looks.isDue(fleet.nowS);
    if (isDue && fleet.openCount > 0 && fleet.serving.length === 0) fleet.launch(1);
    return fleet.openCount === 0 ? Infinity : this.#looks.nextS;
  }
}
