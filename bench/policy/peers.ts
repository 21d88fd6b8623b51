/**
 * What others do, each as its own project documents it, restated in a few lines. Their machines take as many clips
 * at once as ours, and are free when EC2 takes them in their first hour: both are more than some of them have.
 */
import type { FleetModel, Policy } from "./fleet-model.ts";

const most = 8;
const tickS = 60;

const isTick = ({ nowS }: FleetModel, everyS: number): boolean => nowS % everyS === 0;
const room = (fleet: FleetModel): number => most - fleet.alive.length;

function endIdle(fleet: FleetModel, idleS: number): void {
  for (const machine of fleet.serving)
    if (machine.idleSinceS !== null && fleet.nowS - machine.idleSinceS >= idleS) fleet.end(machine);
}

/**
 * Self-hosted CI runners: each queued job asks for a machine; idle ones are ended by a scan every five minutes, none
 * before it has run for five. @see github-aws-runners/terraform-aws-github-runner, `minimum_running_time_in_minutes`
 */
export class OnePerJob implements Policy {
  readonly name = "one_per_job";
  readonly resumes = false;
  readonly twoQueues = false;
  readonly #asked = new Set<object>();

  step(fleet: FleetModel): void {
    const fresh = fleet.waiting.filter((job) => !this.#asked.has(job));
    const wanted = Math.min(room(fleet), fresh.length);
    // A job whose machine did not come is tried again, as `job_retry` does.
    if (wanted > 0 && (isTick(fleet, tickS) || fresh.length > 0)) {
      const came = fleet.launch(wanted);
      for (const job of fresh.slice(0, came)) this.#asked.add(job);
    }
    if (fleet.serving.length === 0 && isTick(fleet, tickS)) this.#asked.clear();
    if (!isTick(fleet, 300)) return;
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
  readonly #cooldownS: number;
  readonly #idleS: number;
  #lastS = -Infinity;

  constructor(name: string, cooldownS: number, idleS: number) {
    this.name = name;
    this.#cooldownS = cooldownS;
    this.#idleS = idleS;
  }

  step(fleet: FleetModel): void {
    endIdle(fleet, this.#idleS);
    if (!isTick(fleet, 10) || fleet.nowS - this.#lastS < this.#cooldownS) return;
    const wanted = Math.ceil(fleet.open.length / fleet.engine.slots) - fleet.serving.length;
    if (wanted > 0 && fleet.launch(Math.min(wanted, room(fleet))) > 0) this.#lastS = fleet.nowS;
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
  #overS = 0;
  #underS = 0;

  step(fleet: FleetModel): void {
    if (!isTick(fleet, tickS)) return;
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

  step(fleet: FleetModel): void {
    endIdle(fleet, 3600);
    if (isTick(fleet, tickS) && fleet.waiting.length > 0 && fleet.serving.length === 0) fleet.launch(1);
  }
}
