/** The fleet port with faults. */
import type { BatchId, InstanceId } from "../../shared/contract/ids.ts";
import type {
  ComputeFleet,
  FleetInstance,
  LaunchOutcome,
  LaunchRequest,
  Expander,
  LauncherTrigger,
  Pool,
  PoolError,
  PriceChange,
  SpotPrices,
  TerminateOutcome,
} from "../../shared/ports.ts";
import { ExpanderError, FleetError, LauncherError } from "../../shared/ports.ts";
import type { Process } from "./process.ts";

/** EC2 as one program sees it. */
export class MortalFleet implements ComputeFleet, SpotPrices {
  readonly #process: Process;
  readonly #fleet: ComputeFleet & SpotPrices;
  readonly #onLaunch: () => void;

  /** @param onLaunch called when the program begins to ask for machines, before anything can go wrong */
  constructor(process: Process, fleet: ComputeFleet & SpotPrices, onLaunch: () => void) {
    this.#process = process;
    this.#fleet = fleet;
    this.#onLaunch = onLaunch;
  }

  pools(instanceTypes: readonly string[], lookBackMs: number): Promise<readonly Pool[]> {
    return this.#call("pools", () => this.#fleet.pools(instanceTypes, lookBackMs));
  }
  /** The same action of EC2 as {@link pools}: an outage of one is an outage of the other. */
  history(instanceTypes: readonly string[], sinceMs: number): Promise<readonly PriceChange[]> {
    return this.#call("pools", () => this.#fleet.history(instanceTypes, sinceMs));
  }
  async launch(request: LaunchRequest): Promise<LaunchOutcome> {
    if (!this.#process.isOver) this.#onLaunch();
    try {
      return await this.#call("launch", () => this.#fleet.launch(request));
    } catch (error) {
      if (error instanceof Throttle) return { kind: "refused", error: throttled };
      if (!(error instanceof FleetError)) throw error;
      return { kind: "unknown", detail: error.message };
    }
  }
  list(): Promise<readonly FleetInstance[]> {
    return this.#call("list", async () => {
      const machines = await this.#fleet.list();
      return machines.filter(({ instanceId }) => !this.#process.isLeftOut(instanceId));
    });
  }
  find(instanceId: InstanceId): Promise<FleetInstance | null> {
    return this.#call("find", () => this.#fleet.find(instanceId));
  }
  async terminate(instanceIds: readonly InstanceId[]): Promise<readonly TerminateOutcome[]> {
    try {
      return await this.#call("terminate", () => this.#fleet.terminate(instanceIds));
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      return instanceIds.map((instanceId) => ({ instanceId, kind: "failed", detail: error.message }));
    }
  }
  consoleOutput(instanceId: InstanceId): Promise<string | null> {
    return this.#call("consoleOutput", () => this.#fleet.consoleOutput(instanceId));
  }

  #call<T>(operation: string, act: () => Promise<T>): Promise<T> {
    return this.#process.call(`fleet.${operation}`, act, (detail, fault) =>
      fault === "throttled" ? new Throttle(detail) : new FleetError(detail),
    );
  }
}

/** EC2 did answer: the launch did not happen, and may be asked for again. */
class Throttle extends FleetError {}
const throttled: PoolError = {
  code: "RequestLimitExceeded",
  message: "a simulated fault",
  zone: null,
  instanceType: null,
  errorClass: "again",
};

export const mortalTrigger = (process: Process, invoke: () => void): LauncherTrigger => ({
  trigger: () =>
    process.call(
      "launcher.trigger",
      () => {
        invoke();
        return Promise.resolve();
      },
      (detail) => new LauncherError(detail),
    ),
});

export const mortalExpander = (process: Process, invoke: (batchId: BatchId) => void): Expander => ({
  expand: (batchId) =>
    process.call(
      "expander.expand",
      () => {
        invoke(batchId);
        return Promise.resolve();
      },
      (detail) => new ExpanderError(detail),
    ),
});
