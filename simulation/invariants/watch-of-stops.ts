/** That a stop is proven only when nothing is left, and in time. */
import { latchIsClosed } from "../../shared/interlock/latch.ts";
import { stopView } from "../../shared/fleet/stop/stop.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import type { MachineRecord } from "../played/machine-host.ts";
import type { Scenario } from "../scenario.ts";

/** A stop that is not proven so long after it was asked for, and after the last outage, never will be. */
const provenMs = 6 * 60_000;

export class WatchOfStops {
  readonly #clock: Clock;
  readonly #store: ObjectStore;
  readonly #scenario: Scenario;
  readonly #violated: (invariant: string) => void;
  /** While the latch is closed: by when zero must have been proven. */
  #dueMs: number | null = null;

  constructor(clock: Clock, store: ObjectStore, scenario: Scenario, violated: (invariant: string) => void) {
    this.#clock = clock;
    this.#store = store;
    this.#scenario = scenario;
    this.#violated = violated;
  }

  /** While the proof of a stop stands, every machine is `terminated`: at the moment it is stored, and after. */
  async checkProof(machines: readonly MachineRecord[]): Promise<void> {
    const { state } = await stopView(this.#store);
    const left = machines.filter(({ terminatedMs }) => terminatedMs === null).length;
    if (state === "stopped" && left > 0)
      this.#violated(`the stop is said to be proven, and machines are left: ${left}`);
  }

  /** And it does say so in time. */
  async check(machines: readonly MachineRecord[]): Promise<void> {
    await this.checkProof(machines);
    const nowMs = this.#clock.nowMs();
    if (!(await latchIsClosed(this.#store))) {
      this.#dueMs = null;
      return;
    }
    const { state } = await stopView(this.#store);
    // Each proof holds until the next look; a look that fails only means that there must be another.
    if (this.#dueMs === null || state === "stopped" || this.#isOut(nowMs)) this.#dueMs = nowMs + provenMs;
    const alive = machines.filter(({ endedMs }) => endedMs === null).length;
    if (nowMs > this.#dueMs) this.#violated(`stop-all has not come to its proof: ${state}, ${alive} alive`);
  }

  #isOut(nowMs: number): boolean {
    const { hazards, startMs } = this.#scenario;
    return hazards.outages.some(({ fromMs, toMs }) => startMs + fromMs <= nowMs && nowMs < startMs + toMs);
  }
}
