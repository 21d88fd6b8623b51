/** The invariants of the design that must hold at every moment; each break is written down with its time. */
import type { MemoryFleet } from "../shared/memory/memory-fleet.ts";
import type { Faults } from "../shared/memory/faults.ts";
import type { Clock } from "../shared/ports.ts";
import type { MachineHost } from "./machine-host.ts";
import { sinceStart } from "./timeline.ts";

/** The reaper looks once a minute, and twice before it ends a machine; a tick may be lost. */
const reaperMs = 6 * 60_000;
const mostKept = 20;

export class Watch {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly violations: string[] = [];
  #mostMachines = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
  }

  get mostMachines(): number {
    return this.#mostMachines;
  }

  violated(invariant: string): void {
    const at = sinceStart(this.#clock.nowMs() - this.#startMs);
    if (this.violations.length < mostKept) this.violations.push(`${at} ${invariant}`);
  }

  /** A result is written once, and never again. */
  get storeFaults(): Faults {
    return {
      before: (operation, key) => {
        const changes = operation === "put" || operation === "replace" || operation === "delete";
        if (changes && key.includes("/results/"))
          this.violated(`a result was touched again: ${operation} ${key}`);
      },
    };
  }

  /** Never more machines than allowed, whatever ticks overlap and whatever answers are lost. */
  watchCap(fleet: MemoryFleet, host: MachineHost, maxInstances: number): void {
    fleet.watch((event) => {
      if (event.kind !== "launched") return;
      const existing = host.records.filter(({ endedMs }) => endedMs === null).length;
      this.#mostMachines = Math.max(this.#mostMachines, existing);
      if (existing > maxInstances) this.violated(`${existing} machines exist, ${maxInstances} are allowed`);
    });
  }

  /** Every machine is gone by its deadline. @param graceMs EC2 could not be asked for so long. */
  checkDeadlines(host: MachineHost, graceMs: number): void {
    const nowMs = this.#clock.nowMs();
    for (const { instance, endedMs } of host.records) {
      const lateMs = nowMs - (instance.expiresMs ?? instance.launchedMs);
      if (endedMs === null && lateMs > reaperMs + graceMs)
        this.violated(`${instance.instanceId} lives ${Math.round(lateMs / 1000)} s past its deadline`);
    }
  }
}
