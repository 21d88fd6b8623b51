/** Takes one machine through its states, and starts and ends its processes. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { InstanceState } from "../../../shared/ports.ts";
import type { Happening } from "./events.ts";
import type { LoopbackServer } from "../loopback-server.ts";
import type { EndCause, Machine } from "./machine.ts";
import type { LocalEc2Options } from "../options.ts";
import { WorkerProcess } from "./worker-process.ts";

/** EC2 shows `running` when the hypervisor has started the machine, long before its system is up. */
const pendingShareOfBoot = 1 / 3;

export interface LifeSettings {
  readonly options: Pick<
    LocalEc2Options,
    "launchWorker" | "bootSeconds" | "graceSeconds" | "folder" | "onLog"
  >;
  readonly startMetadata: (machine: Machine) => Promise<LoopbackServer>;
  readonly announce: (happening: Happening, machine: Machine) => void;
  readonly nowMs: () => number;
}

export class MachineLife {
  readonly machine: Machine;
  readonly #settings: LifeSettings;
  readonly #timers = new Set<NodeJS.Timeout>();
  #worker: WorkerProcess | null = null;
  #booting: Promise<void> = Promise.resolve();
  #ending: Promise<void> | null = null;

  constructor(machine: Machine, settings: LifeSettings) {
    this.machine = machine;
    this.#settings = settings;
  }

  begin(): void {
    const { bootSeconds } = this.#settings.options;
    this.#settings.announce({ kind: "state", state: "pending" }, this.machine);
    this.#after(bootSeconds * pendingShareOfBoot, () => {
      this.machine.runningMs = this.#settings.nowMs();
      this.#enter("running");
    });
    this.#after(bootSeconds, () => {
      this.#booting = this.#boot();
    });
  }

  get consolePath(): string {
    return join(this.#folder, "console.log");
  }

  get processId(): number | undefined {
    return this.#worker?.processId;
  }

  /** EC2 takes the machine back: it gives the notice now, and ends the machine when the notice is over. */
  giveNotice(noticeSeconds: number): void {
    const noticeMs = this.#settings.nowMs();
    this.machine.interruption = { noticeMs, actionMs: noticeMs + noticeSeconds * 1000 };
    this.#settings.announce({ kind: "interruption_notice" }, this.machine);
    this.#after(noticeSeconds, () => void this.end("spot_interruption"));
  }

  recommendRebalance(): void {
    this.machine.rebalanceMs = this.#settings.nowMs();
    this.#settings.announce({ kind: "rebalance_recommendation" }, this.machine);
  }

  /** Ends at once, without notice or grace, as if the machine's host had failed. */
  kill(): void {
    this.#worker?.killGroup();
    void this.end("killed");
  }

  /** Resolves when no process of the machine is left. A second call changes nothing. */
  end(cause: EndCause): Promise<void> {
    this.#ending ??= this.#end(cause);
    return this.#ending;
  }

  /** Ends with EC2 itself: like {@link end}, but without a grace time. */
  async destroy(): Promise<void> {
    const ended = this.end("terminated_by_user");
    this.#worker?.killGroup();
    await ended;
  }

  get #folder(): string {
    return join(this.#settings.options.folder, this.machine.instanceId);
  }

  async #boot(): Promise<void> {
    try {
      const metadata = await this.#settings.startMetadata(this.machine);
      try {
        await this.#run(metadata.url);
      } finally {
        await metadata.close();
      }
      void this.end("shut_down_itself");
    } catch (cause) {
      this.#settings.options.onLog(`${this.machine.instanceId} could not run: ${(cause as Error).message}`);
      void this.end("killed");
    }
  }

  async #run(metadataUrl: string): Promise<void> {
    const { launchWorker } = this.#settings.options;
    const disk = join(this.#folder, "disk");
    await mkdir(disk, { recursive: true });
    try {
      if (this.#ending !== null) return; // while its metadata service was starting
      const env = { ...launchWorker.env, ...machineEnvironment(metadataUrl, disk) };
      this.#worker = new WorkerProcess({ ...launchWorker, env }, this.consolePath);
      await this.#worker.exited;
    } finally {
      // Processes that were killed with the worker may still be writing.
      await rm(disk, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    }
  }

  async #end(cause: EndCause): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.machine.endedMs = this.#settings.nowMs();
    this.machine.endCause = cause;
    this.#enter("shutting-down");
    this.#worker?.askToStop();
    const force = setTimeout(() => this.#worker?.killGroup(), this.#settings.options.graceSeconds * 1000);
    await this.#booting;
    clearTimeout(force);
    this.machine.terminatedMs = this.#settings.nowMs();
    this.#enter("terminated");
  }

  #enter(state: InstanceState): void {
    this.machine.state = state;
    const why = this.machine.endCause === null ? "" : ` (${this.machine.endCause})`;
    this.#settings.options.onLog(`${this.machine.instanceId} in ${this.machine.zone}: ${state}${why}`);
    this.#settings.announce({ kind: "state", state }, this.machine);
  }

  #after(seconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, seconds * 1000);
    this.#timers.add(timer);
  }
}

/** A machine must not see the user's files: it gets its credentials from its metadata only. */
const machineEnvironment = (metadataUrl: string, disk: string): Readonly<Record<string, string>> => ({
  AWS_EC2_METADATA_SERVICE_ENDPOINT: metadataUrl,
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  TMPDIR: disk,
});
