/** Plays the machines that EC2 launches: they boot, run the real agent, and are taken away. */
import type { StageConfig } from "../../shared/config.ts";
import type { InstanceId } from "../../shared/contract/ids.ts";
import { shutdownMs, type MemoryFleet } from "../memory/memory-fleet.ts";
import type { FleetInstance, JobQueue, JobQueues, Log, ObjectStore } from "../../shared/ports.ts";
import type { Clock } from "../../shared/ports.ts";
import { Agent } from "../../worker/agent/agent.ts";
import type { LeaveReason } from "../../worker/agent/lifecycle/departure.ts";
import { byTier, type Tier } from "../../shared/contract/tiers.ts";
import type { InterruptionNotice, Metadata } from "../../worker/agent/ports.ts";
import { MetadataError } from "../../worker/agent/ports.ts";
import type { Hazards } from "../faults/hazards.ts";
import { chance } from "../faults/hazards.ts";
import { MortalQueue } from "../faults/mortal-queue.ts";
import type { Disk } from "../faults/mortal-store.ts";
import { MortalStore } from "../faults/mortal-store.ts";
import { Process } from "../faults/process.ts";
import type { EngineSpeed } from "./simulated-engine.ts";
import { SimulatedEngine } from "./simulated-engine.ts";

/** From the launch until EC2 shows the machine as running. */
export const pendingMs = 20_000;

export interface MachineRecord {
  readonly instance: FleetInstance;
  /** USD an hour that was in force in its zone at that time. */
  readonly priceAt: (timeMs: number) => number;
  /** EC2 bills it from this time on. */
  runningMs: number | null;
  readyMs: number | null;
  endedMs: number | null;
  /** When its volume was deleted. */
  terminatedMs: number | null;
  /** When EC2 announced to take it. */
  noticedMs: number | null;
  /** EC2 took it without being asked. */
  takenBack: boolean;
  /** When its agent received messages. */
  readonly receivedMs: number[];
  /** The reason that its agent gave when it left; null while it has not left, and when it died. */
  leftFor: LeaveReason | null;
}

export interface HostOptions {
  readonly clock: Clock;
  readonly fleet: MemoryFleet;
  readonly store: ObjectStore;
  readonly jobQueues: JobQueues;
  readonly events: JobQueue;
  readonly hazards: Hazards;
  readonly settings: StageConfig;
  readonly log: (process: string) => Log;
  readonly priceOf: (instance: FleetInstance, timeMs: number) => number;
  readonly engineOf: (model: string, instanceType: string) => EngineSpeed;
  /** The shortest and the longest time from the launch to the start of the agent. */
  readonly bootMs: readonly [number, number];
  /** The share of the machines that never come up. */
  readonly brokenShare: number;
  readonly deliver: (event: InstanceEventOf) => void;
  /** A programming error in the agent ended it. */
  readonly onBug: (process: string, error: unknown) => void;
}
export interface InstanceEventOf {
  readonly kind: "interruption" | "rebalance" | "running" | "shutting-down" | "terminated";
  readonly instanceId: InstanceId;
}

interface Running {
  readonly record: MachineRecord;
  readonly process: Process;
  agent: Agent | null;
  engine: SimulatedEngine | null;
  notice: InterruptionNotice | null;
  /** When EC2 recommended to rebalance it. */
  rebalanceMs: number | null;
}

export class MachineHost {
  readonly #options: HostOptions;
  readonly #machines = new Map<InstanceId, Running>();

  constructor(options: HostOptions) {
    this.#options = options;
    options.fleet.watch((event) => {
      if (event.kind === "launched") void this.#start(event.instance);
      if (event.kind === "interruption_notice") void this.#noticed(event.instanceId, event.endsMs);
      if (event.kind === "terminating") void this.#shutDown(event.instanceId);
    });
  }

  get records(): readonly MachineRecord[] {
    return [...this.#machines.values()].map(({ record }) => record);
  }

  /** Machines that run, and that EC2 has not announced to take. */
  alive(zone?: string): readonly MachineRecord[] {
    return [...this.#machines.values()]
      .filter(({ record, notice }) => record.endedMs === null && notice === null)
      .map(({ record }) => record)
      .filter(({ instance }) => zone === undefined || instance.zone === zone);
  }

  /** The agent dies at once. The machine stays, or ends with it. While it is pending, nothing runs on it that could. */
  kill(instanceId: InstanceId): void {
    const machine = this.#machines.get(instanceId);
    if (machine === undefined || machine.record.runningMs === null || machine.process.isOver) return;
    machine.process.end();
    this.#crashed(instanceId);
  }

  /** EC2 takes a machine that it has not announced to take. */
  reclaim(instanceId: InstanceId): void {
    const machine = this.#machines.get(instanceId);
    if (machine === undefined || machine.record.endedMs !== null) return;
    machine.record.takenBack = true;
    this.#options.fleet.endUnasked(instanceId, "taken_back");
  }

  advise(instanceId: InstanceId): void {
    const machine = this.#machines.get(instanceId);
    if (machine === undefined || machine.rebalanceMs !== null) return;
    machine.rebalanceMs = this.#options.clock.nowMs();
    this.#options.deliver({ kind: "rebalance", instanceId });
  }

  async #start(instance: FleetInstance): Promise<void> {
    const { clock, hazards, bootMs, priceOf, brokenShare, deliver } = this.#options;
    const name = `machine ${this.#machines.size + 1}`;
    const process = new Process(name, clock, hazards, () => {
      this.#crashed(instance.instanceId);
    });
    const record: MachineRecord = {
      instance,
      priceAt: (timeMs) => priceOf(instance, timeMs),
      runningMs: null,
      readyMs: null,
      endedMs: null,
      terminatedMs: null,
      noticedMs: null,
      takenBack: false,
      receivedMs: [],
      leftFor: null,
    };
    const machine: Running = { record, process, agent: null, engine: null, notice: null, rebalanceMs: null };
    this.#machines.set(instance.instanceId, machine);
    const draw = chance(hazards.seed, `${name}/boot`);
    void this.#boxTimer(machine);
    await clock.sleep(pendingMs);
    if (record.endedMs === null) {
      record.runningMs = clock.nowMs();
      deliver({ kind: "running", instanceId: instance.instanceId });
    }
    await clock.sleep(bootMs[0] + draw * (bootMs[1] - bootMs[0]) - pendingMs);
    if (record.endedMs !== null || chance(hazards.seed, `${name}/broken`) < brokenShare) return;
    if (!process.isOver) await this.#runAgent(machine);
  }

  /** At the time in its tag, a timer on the machine ends it, whatever its agent does. Sometimes the timer fails. */
  async #boxTimer(machine: Running): Promise<void> {
    const { clock, fleet, hazards, onBug } = this.#options;
    const { process, record } = machine;
    const { instance } = record;
    await clock.sleep((instance.expiresMs ?? Infinity) - clock.nowMs());
    const clips = process.isOver ? 0 : (machine.engine?.clips ?? 0);
    if (clips > 0) onBug(process.name, `its time is over and ${clips} clips are in hand`);
    if (chance(hazards.seed, `${process.name}/timer`) >= 0.5) return;
    process.end();
    fleet.shutDown(instance.instanceId);
  }

  async #runAgent(machine: Running): Promise<void> {
    const { process, record } = machine;
    const { fleet, settings, onBug } = this.#options;
    const { instanceId, zone, model, expiresMs } = record.instance;
    const agent = new Agent(
      this.#agentPorts(machine),
      { instanceId, zone, model: model ?? "", source: model ?? "", expiresMs: expiresMs ?? Infinity },
      settings.worker,
    );
    machine.agent = agent;
    try {
      record.leftFor = await agent.run();
    } catch (error) {
      onBug(process.name, error);
    }
    process.end();
    fleet.shutDown(instanceId);
  }

  #agentPorts(machine: Running) {
    const { process } = machine;
    const { store, jobQueues, events, log, engineOf } = this.#options;
    const model = machine.record.instance.model ?? "";
    const disk: Disk = new Map();
    const queue = (tier: Tier): JobQueue =>
      new MortalQueue(process, this.#watched(jobQueues.of(model, tier), machine.record));
    const engine = new SimulatedEngine(
      process.clock,
      disk,
      engineOf(model, machine.record.instance.instanceType ?? ""),
    );
    machine.engine = engine;
    return {
      clock: process.clock,
      random: process.random,
      log: log(process.name),
      store: new MortalStore(process, store, disk),
      jobs: byTier(queue),
      events: new MortalQueue(process, events),
      metadata: metadataOf(machine),
      engine: {
        start: (listener: Parameters<typeof engine.start>[0]) =>
          engine.start({
            ...listener,
            said: (event) => {
              if (event.type === "ready") machine.record.readyMs ??= this.#options.clock.nowMs();
              listener.said(event);
            },
          }),
      },
      folder: "/simulated",
    };
  }

  #watched(queue: JobQueue, { receivedMs }: MachineRecord): JobQueue {
    return {
      send: (messages) => queue.send(messages),
      extend: (receipts, seconds) => queue.extend(receipts, seconds),
      delete: (receipts) => queue.delete(receipts),
      depth: () => queue.depth(),
      receive: async (options) => {
        const messages = await queue.receive(options);
        if (messages.length > 0) receivedMs.push(this.#options.clock.nowMs());
        return messages;
      },
    };
  }

  async #noticed(instanceId: InstanceId, endsMs: number): Promise<void> {
    const { clock, deliver } = this.#options;
    const machine = this.#machines.get(instanceId);
    if (machine === undefined || machine.notice !== null) return;
    machine.notice = { action: "terminate", atMs: endsMs };
    machine.record.noticedMs = clock.nowMs();
    deliver({ kind: "interruption", instanceId });
    await clock.sleep(endsMs - clock.nowMs());
    if (machine.record.endedMs !== null) return;
    machine.record.takenBack = true;
    machine.process.end();
    await this.#ended(machine);
  }

  async #shutDown(instanceId: InstanceId): Promise<void> {
    const machine = this.#machines.get(instanceId);
    if (machine === undefined || machine.record.endedMs !== null) return;
    // EC2 bills until the order to end. The service manager signals the agent, and does not wait long.
    const ended = this.#ended(machine);
    if (!machine.process.isOver) machine.agent?.leave({ reason: "signal" });
    await ended;
  }

  /** From `shutting-down` to `terminated`, when its processes are gone. */
  async #ended({ record, process }: Running): Promise<void> {
    const { clock, deliver } = this.#options;
    const { instanceId } = record.instance;
    record.endedMs = clock.nowMs();
    deliver({ kind: "shutting-down", instanceId });
    await clock.sleep(shutdownMs);
    process.end();
    record.terminatedMs = clock.nowMs();
    deliver({ kind: "terminated", instanceId });
  }

  /** The service manager powers off a machine whose agent is gone; in half of the cases that fails too. */
  #crashed(instanceId: InstanceId): void {
    const { fleet, hazards } = this.#options;
    if (chance(hazards.seed, `${instanceId}/crash`) < 0.5) fleet.shutDown(instanceId);
  }
}

function metadataOf(machine: Running): Metadata {
  const { process, record } = machine;
  const ask = <T>(answer: () => T): Promise<T> =>
    process.call(
      "metadata.read",
      () => Promise.resolve(answer()),
      (detail) => new MetadataError(detail),
    );
  return {
    instanceId: () => ask(() => record.instance.instanceId),
    zone: () => ask(() => record.instance.zone),
    userData: () => ask(() => "{}"),
    tag: () => ask(() => record.instance.model),
    interruption: () => ask(() => machine.notice),
    rebalanceRecommendedMs: () => ask(() => machine.rebalanceMs),
  };
}
