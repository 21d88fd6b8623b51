import type { Clock, Log } from "../../shared/ports.ts";
import type { EngineKeeper } from "./engine/engine-keeper.ts";
import type { Pause } from "./flow/pause.ts";
import type { Departure } from "./lifecycle/departure.ts";
import type { Life } from "./lifecycle/life.ts";
import type { Reporter } from "./jobs/reporter.ts";
import type { Workbench } from "./jobs/workbench.ts";

/** The times of a departure that are waited for. */
type Until = Exclude<keyof Departure, "reason">;

/** How a worker that was told to leave finishes, saves and releases its jobs, within the times of its departure. */
export class Exit {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #life: Life;
  readonly #pause: Pause;
  readonly #engine: EngineKeeper;
  readonly #workbench: Workbench;
  readonly #reporter: Reporter;

  constructor(
    ports: { readonly clock: Clock; readonly log: Log },
    parts: {
      readonly life: Life;
      /** Woken when a job ends and when the worker is told to leave once more. */
      readonly pause: Pause;
      readonly engine: EngineKeeper;
      readonly workbench: Workbench;
      readonly reporter: Reporter;
    },
  ) {
    this.#clock = ports.clock;
    this.#log = ports.log;
    this.#life = parts.life;
    this.#pause = parts.pause;
    this.#engine = parts.engine;
    this.#workbench = parts.workbench;
    this.#reporter = parts.reporter;
  }

  /** What runs may finish; then it is saved and released. */
  async drain(): Promise<void> {
    await this.#wait("drainMs", () => this.#workbench.unanswered === 0);
    await this.#emptyEngine();
    await this.#wait("endMs", () => this.#workbench.isEmpty);
    await this.#reporter.flush();
    this.#life.nothingInHand();
  }

  /** Wait for EC2 to take the machine, if AWS then does not bill it. */
  linger(): Promise<void> {
    return this.#wait("lingerMs", () => !this.#life.mayLinger);
  }

  async #emptyEngine(): Promise<void> {
    this.#engine.retire();
    if (this.#workbench.unanswered > 0)
      this.#engine.send({ type: "drain", within_seconds: this.#leftMs("forceMs") / 1000 });
    await this.#wait("forceMs", () => this.#workbench.unanswered === 0);
    if (this.#workbench.unanswered === 0) return;
    this.#log.error("the engine did not drain in time; killing it", { items: this.#workbench.unanswered });
    this.#workbench.releaseAll();
    this.#engine.kill();
  }

  /** Wait until it is done or the time is over. A more urgent departure counts at once. */
  async #wait(until: Until, isDone: () => boolean): Promise<void> {
    while (!isDone() && this.#leftMs(until) > 0) await this.#pause.wait(this.#leftMs(until));
  }

  #leftMs(until: Until): number {
    return Math.max(0, (this.#life.departure?.[until] ?? 0) - this.#clock.nowMs());
  }
}
