/** Checks that a stop is proven only when no machine is left, and that it is proven in time. */
import { latchIsClosed } from "../../shared/interlock/latch.ts";
import { stopView } from "../../shared/fleet/stop/stop.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import { shutdownMs } from "../memory/memory-fleet.ts";
import type { MachineRecord } from "../played/machine-host.ts";
import type { Scenario } from "../scenario.ts";
import type { ReaperLooks } from "./reaper-looks.ts";

export class WatchOfStops {
  readonly #clock: Clock;
  readonly #store: ObjectStore;
  readonly #scenario: Scenario;
  readonly #violated: (invariant: string) => void;
  readonly #reaper: ReaperLooks;
  /** While the latch is closed: since when zero is to be proven. */
  #sinceMs: number | null = null;

  constructor(
    clock: Clock,
    store: ObjectStore,
    scenario: Scenario,
    reaper: ReaperLooks,
    violated: (invariant: string) => void,
  ) {
    this.#clock = clock;
    this.#store = store;
    this.#scenario = scenario;
    this.#reaper = reaper;
    this.#violated = violated;
  }

  /**
   * While the proof of a stop stands, every machine is `terminated`, at the moment when the proof is stored and
   * afterwards.
   */
  async checkProof(machines: readonly MachineRecord[]): Promise<void> {
    const { state } = await stopView(this.#store);
    // In the very moment of its end EC2 may tell of it before the machine's own player does.
    const left = machines.filter(
      ({ endedMs, terminatedMs }) =>
        terminatedMs === null && (endedMs === null || this.#clock.nowMs() < endedMs + shutdownMs),
    ).length;
    if (state === "stopped" && left > 0)
      this.#violated(`the stop is said to be proven, and machines are left: ${left}`);
  }

  /** The stop must also be proven in time: the reaper does it, and faults may cut off several of its ticks in a row. */
  async check(machines: readonly MachineRecord[]): Promise<void> {
    await this.checkProof(machines);
    const nowMs = this.#clock.nowMs();
    if (!(await latchIsClosed(this.#store))) {
      this.#sinceMs = null;
      return;
    }
    const { state } = await stopView(this.#store);
    // Each proof holds until the next look. A failed look only means that another look is needed.
    if (this.#sinceMs === null || state === "stopped" || this.#isOut(nowMs)) this.#sinceMs = nowMs;
    const alive = machines.filter(({ endedMs }) => endedMs === null).length;
    if (this.#reaper.hasHadTime(this.#sinceMs, nowMs, 0))
      this.#violated(`stop-all has not come to its proof: ${state}, ${alive} alive`);
  }

  #isOut(nowMs: number): boolean {
    const { hazards, startMs } = this.#scenario;
    return hazards.outages.some(({ fromMs, toMs }) => startMs + fromMs <= nowMs && nowMs < startMs + toMs);
  }
}
