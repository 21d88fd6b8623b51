import type { InstanceId } from "../shared/contract/ids.ts";
import type {
  ComputeFleet,
  FleetInstance,
  LaunchOutcome,
  LaunchRequest,
  LauncherTrigger,
  Pool,
  TerminateOutcome,
} from "../shared/ports.ts";
import { FleetError, LauncherError } from "../shared/ports.ts";
import type { Process } from "./process.ts";

/** EC2 as one program sees it. */
export class MortalFleet implements ComputeFleet {
  readonly #process: Process;
  readonly #fleet: ComputeFleet;

  constructor(process: Process, fleet: ComputeFleet) {
    this.#process = process;
    this.#fleet = fleet;
  }

  pools(instanceType: string, lookBackMs: number): Promise<readonly Pool[]> {
    return this.#call("pools", () => this.#fleet.pools(instanceType, lookBackMs));
  }
  async launch(request: LaunchRequest): Promise<LaunchOutcome> {
    try {
      return await this.#call("launch", () => this.#fleet.launch(request));
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      return { kind: "unknown", detail: error.message };
    }
  }
  list(): Promise<readonly FleetInstance[]> {
    return this.#call("list", () => this.#fleet.list());
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
    return this.#process.call(`fleet.${operation}`, act, (detail) => new FleetError(detail));
  }
}

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
