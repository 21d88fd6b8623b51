/** Our policy: the real `decide`, once a minute and at each submit, on what the model knows. */
import type { StageConfig } from "../../../shared/config.ts";
import { batchIdOf, instanceIdSchema } from "../../../shared/contract/ids.ts";
import type { Speed } from "../../../shared/contract/api/parameters.ts";
import { decide } from "../../../shared/fleet/launch/decide/decide.ts";
import type { Observation } from "../../../shared/fleet/launch/decide/observation.ts";
import { bootsShown } from "../../../shared/billing/measures/measures.ts";
import { poolCoolingMs } from "../../../shared/fleet/pools/lessons.ts";
import { typeNamed } from "../../../shared/billing/prices.ts";
import { poolKey } from "../../../shared/contract/pool-key.ts";
import { typeOfPool, zoneOfPool } from "../market-view.ts";
import { speedOf } from "../types.ts";
import type { FleetModel, MachineState, Policy } from "../fleet-model.ts";
import type { Job } from "../fleet-model.ts";
import type { CoolingPool } from "../../../shared/fleet/pools/pauses.ts";
import type { Machine } from "../../../shared/fleet/machines/phase.ts";
import type { OpenWork } from "../../../shared/interlock/open-work.ts";

/** The model's jobs know their batch by a number. */
const anyBatch = batchIdOf("00000000000000000000000000");
const tickS = 60;
/** A worker that finds nothing looks once more, for two seconds at each of its two queues, before it leaves. */
const lastPollS = 4;

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
  readonly idleExitS: number;
  readonly #options: OursOptions;
  readonly #cooling = new Map<string, CoolingPool>();
  #known = 0;
  #nextTickS = 0;

  constructor(options: OursOptions) {
    this.name = options.name;
    this.#options = options;
    this.idleExitS = options.settings.worker.idle_exit_seconds + lastPollS;
  }

  act(fleet: FleetModel): number {
    this.#noteInterruptions(fleet);
    // Every submit starts a tick at once; the policy itself says whether there is reason to wait.
    const isNew = fleet.arrived > this.#known;
    this.#known = fleet.arrived;
    if (fleet.nowS >= this.#nextTickS || isNew) this.#tick(fleet);
    this.#nextTickS = (Math.floor(fleet.nowS / tickS) + 1) * tickS;
    return fleet.openCount === 0 ? Infinity : this.#nextTickS;
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
    // What EC2 did not give is a reason to look again at once: another type may have it, or it may be time for a rescue.
    const looks = this.#options.settings.instance_types.length === 1 ? 2 : fleet.zones.length + 1;
    for (let look = 0; look < looks; look += 1) if (this.#launch(fleet) === "all") return;
  }

  #launch(fleet: FleetModel): "short" | "all" {
    let outcome: "short" | "all" = "all";
    for (const plan of decide(this.#observe(fleet), this.#options.settings).models) {
      if (plan.launch === 0) continue;
      if (plan.market === "on_demand") {
        fleet.launchOnDemand(plan.launch, typeNamed(plan.instanceType, this.#options.settings));
        continue;
      }
      const zones = plan.pools.map(poolKey);
      if (fleet.launch(plan.launch, zones) === plan.launch) continue;
      outcome = "short";
      const untilMs = fleet.nowS * 1000 + poolCoolingMs;
      for (const zone of zones)
        this.#cooling.set(zone, { untilMs, reason: "capacity", code: "InsufficientInstanceCapacity" });
    }
    return outcome;
  }

  #observe(fleet: FleetModel): Observation {
    return {
      nowMs: fleet.nowS * 1000,
      latchedMs: null,
      work: this.#workOf(fleet.open),
      machines: fleet.alive.map((machine) => this.#machineOf(machine, fleet)),
      coming: [],
      pools: fleet.zones.map(({ zone, priceUsdPerHour }) => ({
        instanceType: typeOfPool(zone),
        zone: zoneOfPool(zone),
        subnetId: zone,
        priceUsdPerHour,
        priceSinceMs: 0,
        lowestUsdPerHour: priceUsdPerHour,
      })),
      cooling: Object.fromEntries(this.#cooling),
      risky: [],
      quotas: {},
      breaker: null,
      forgivenMs: 0,
      queues: { [this.#options.model]: { visible: fleet.openCount, inFlight: 0 } },
      measured: { [this.#options.model]: measured(fleet, this.#options.settings) },
      spent: { dayUsd: 0, monthUsd: 0 },
      turn: null,
    };
  }

  #workOf(open: readonly Job[]): readonly OpenWork[] {
    const { model, speed, settings } = this.#options;
    return [...Map.groupBy(open, ({ batch }) => batch).values()].flatMap((jobs): OpenWork[] => {
      const [first] = jobs;
      if (first === undefined) return [];
      const own = first.isFast ? "fast" : speed;
      return [
        {
          batchId: anyBatch,
          model,
          speed: own,
          submittedMs: first.atS * 1000,
          deadlineMs: (first.atS + settings.speeds[own].target_seconds) * 1000,
          openItems: jobs.length,
          openAudioSeconds: jobs.reduce((sum, { leftSeconds }) => sum + leftSeconds, 0),
          budget: null,
        },
      ];
    });
  }

  #machineOf(machine: MachineState, fleet: FleetModel): Machine {
    return {
      instanceId: instanceIdSchema.parse(machine.name),
      model: this.#options.model,
      instanceType: machine.instanceType,
      zone: zoneOfPool(machine.zone),
      market: machine.isOnDemand ? "on_demand" : "spot",
      phase: machine.takenS !== null ? "leaving" : fleet.isReady(machine) ? "ready" : "booting",
      launchedMs: machine.launchedS * 1000,
      messagesReceived: null,
      unusedEnd: null,
      failure: null,
      audioSecondsPerSecond: null,
      usdPerHour: null,
      goneByMs: null,
      unservedUsd: null,
    };
  }
}

/** What the ledger would have taught; the paces are taken to be known from days before. */
function measured(
  { machines, nowS }: FleetModel,
  { models, instance_types: types }: StageConfig,
): Observation["measured"][string] {
  const pace = models[0]?.audio_seconds_per_gpu_second ?? 1;
  const boots = machines
    .filter(({ readyS }) => readyS <= nowS)
    .map(({ readyS, launchedS }) => readyS - launchedS);
  const shown = bootsShown(boots.toReversed());
  return {
    ...shown,
    audio_seconds_per_second: pace,
    types: Object.fromEntries(
      types.map(({ type }) => [type, { ...shown, audio_seconds_per_second: pace * speedOf(type) }]),
    ),
    received_at: null,
    unused: [],
    failed: [],
  };
}
