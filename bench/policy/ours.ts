/** Our policy: the real `decide`, once a minute and at each `fast` submit, on what the model knows. */
import type { StageConfig } from "../../shared/config.ts";
import { instanceIdSchema } from "../../shared/contract/ids.ts";
import type { Speed } from "../../shared/contract/parameters.ts";
import { decide } from "../../shared/fleet/decide.ts";
import type { CoolingPool, Machine, Observation, Work } from "../../shared/fleet/observation.ts";
import { poolCoolingMs } from "../../shared/fleet/pool-memory.ts";
import type { FleetModel, MachineState, Policy } from "./fleet-model.ts";
import type { Job } from "./fleet-model.ts";

const tickS = 60;
/** A worker that finds nothing polls once more before it leaves. */
const lastPollS = 2;

export interface OursOptions {
  readonly name: string;
  readonly settings: StageConfig;
  readonly model: string;
  /** Of the work that is not for people who wait. */
  readonly speed: Speed;
}

export class Ours implements Policy {
  readonly name: string;
  readonly resumes = true;
  readonly twoQueues = true;
  readonly #options: OursOptions;
  readonly #cooling = new Map<string, CoolingPool>();
  #known = 0;

  constructor(options: OursOptions) {
    this.name = options.name;
    this.#options = options;
  }

  step(fleet: FleetModel): void {
    this.#leaveIdle(fleet);
    this.#noteInterruptions(fleet);
    const arrived = fleet.jobs.length - fleet.coming.length;
    const isNew = arrived > this.#known;
    this.#known = arrived;
    // Every submit starts a tick at once; the policy itself says whether there is reason to wait.
    if (fleet.nowS % tickS === 0 || isNew) this.#tick(fleet);
  }

  #leaveIdle(fleet: FleetModel): void {
    const idleS = this.#options.settings.worker.idle_exit_seconds + lastPollS;
    for (const machine of fleet.serving)
      if (machine.idleSinceS !== null && fleet.nowS - machine.idleSinceS >= idleS) fleet.end(machine);
  }

  #noteInterruptions(fleet: FleetModel): void {
    for (const { zone, takenS } of fleet.alive) {
      if (takenS === null || this.#isCooling(zone, fleet)) continue;
      const untilMs = fleet.nowS * 1000 + poolCoolingMs;
      this.#cooling.set(zone, { untilMs, reason: "interruption", code: "interruption" });
    }
  }

  #isCooling(zone: string, { nowS }: FleetModel): boolean {
    return (this.#cooling.get(zone)?.untilMs ?? 0) > nowS * 1000;
  }

  #tick(fleet: FleetModel): void {
    const { settings } = this.#options;
    for (const plan of decide(this.#observe(fleet), settings).models) {
      if (plan.launch === 0) continue;
      if (plan.market === "on_demand") {
        fleet.launchOnDemand(plan.launch);
        continue;
      }
      const zones = plan.pools.map(({ zone }) => zone);
      const came = fleet.launch(plan.launch, zones);
      if (came === plan.launch) continue;
      const untilMs = fleet.nowS * 1000 + poolCoolingMs;
      for (const zone of zones)
        this.#cooling.set(zone, { untilMs, reason: "capacity", code: "InsufficientInstanceCapacity" });
    }
  }

  #observe(fleet: FleetModel): Observation {
    return {
      nowMs: fleet.nowS * 1000,
      latchedMs: null,
      work: this.#workOf(fleet.open),
      machines: fleet.alive.map((machine) => this.#machineOf(machine, fleet)),
      coming: [],
      pools: fleet.zones.map(({ zone, priceUsdPerHour }) => ({
        zone,
        subnetId: zone,
        priceUsdPerHour,
        lowestUsdPerHour: priceUsdPerHour,
      })),
      cooling: Object.fromEntries(this.#cooling),
      breaker: null,
      measured: { [this.#options.model]: measured(fleet) },
      spent: { dayUsd: 0, monthUsd: 0 },
      turn: null,
    };
  }

  #workOf(open: readonly Job[]): readonly Work[] {
    const { model, speed, settings } = this.#options;
    return [...Map.groupBy(open, ({ batch }) => batch).values()].flatMap((jobs): Work[] => {
      const [first] = jobs;
      if (first === undefined) return [];
      const own = first.isFast ? "fast" : speed;
      return [
        {
          model,
          speed: own,
          submittedMs: first.atS * 1000,
          deadlineMs: (first.atS + settings.speeds[own].target_seconds) * 1000,
          openItems: jobs.length,
          openAudioSeconds: jobs.reduce((sum, { leftSeconds }) => sum + leftSeconds, 0),
        },
      ];
    });
  }

  #machineOf(machine: MachineState, fleet: FleetModel): Machine {
    return {
      instanceId: instanceIdSchema.parse(machine.name),
      model: this.#options.model,
      zone: machine.zone,
      market: machine.isOnDemand ? "on_demand" : "spot",
      phase: machine.takenS !== null ? "leaving" : fleet.isReady(machine) ? "ready" : "booting",
      launchedMs: machine.launchedS * 1000,
    };
  }
}

/** What the ledger would have taught: the boots of the machines that came up. */
function measured(fleet: FleetModel): Observation["measured"][string] {
  const boots = fleet.machines
    .filter(({ readyS }) => readyS <= fleet.nowS)
    .map(({ readyS, launchedS }) => readyS - launchedS);
  return {
    boot_seconds: boots.length === 0 ? null : boots.reduce((sum, boot) => sum + boot, 0) / boots.length,
    audio_seconds_per_second: null,
  };
}
