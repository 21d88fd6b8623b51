/**
 * Checks that EC2's advice is treated as advice, and that neither a machine which EC2 took nor one which told that it
 * is ready counts as a failed start.
 */
import type { StageConfig } from "../../shared/config.ts";
import { drainRecordSchema, poolsRecordSchema } from "../../shared/contract/records/fleet-records.ts";
import { fleetKeys } from "../../shared/contract/records/keys.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import { readRecord } from "../../shared/records/records.ts";
import type { MachineHost, MachineRecord } from "../played/machine-host.ts";

/** If the stage has machines leave, they leave at least this far apart, except for the time that a call takes. */
const betweenDrainsMs = 9 * 60_000;

export class WatchOfAdvice {
  readonly #clock: Clock;
  readonly #settings: StageConfig;
  readonly #hasTold: (machine: MachineRecord) => boolean;
  readonly #violated: (invariant: string) => void;
  #lastDrainMs = -Infinity;
  readonly #told = new Set<string>();

  /**
   * @param hasTold whether the store took a heartbeat of this machine while it was ready. Otherwise nobody can know
   *   that it started
   */
  constructor(
    clock: Clock,
    settings: StageConfig,
    hasTold: (machine: MachineRecord) => boolean,
    violated: (invariant: string) => void,
  ) {
    this.#clock = clock;
    this.#settings = settings;
    this.#hasTold = hasTold;
    this.#violated = violated;
  }

  /** A machine was told to leave. */
  async told(key: string, store: ObjectStore): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const order = (await readRecord(store, key, drainRecordSchema))?.value;
    // If the answer to a write was lost, the write comes twice.
    if (order?.reason !== "rebalance" || this.#told.has(key)) return;
    this.#told.add(key);
    if (this.#settings.rebalance === "note")
      this.#violated(`${order.instance_id} was told to leave by what is only advice`);
    if (nowMs - this.#lastDrainMs < betweenDrainsMs)
      this.#violated(`${order.instance_id} was told to leave right after another one, by advice`);
    this.#lastDrainMs = nowMs;
  }

  /** A model's launches may be paused for failed starts only if one of its machines failed by itself. */
  async checkPauses(host: Pick<MachineHost, "records">, store: ObjectStore): Promise<void> {
    const pools = (await readRecord(store, fleetKeys.pools, poolsRecordSchema))?.value;
    for (const model of Object.keys(pools?.failed_starts ?? {})) {
      const own = host.records.filter(({ instance }) => instance.model === model);
      if (!own.some((machine) => this.#mayHaveFailed(machine)))
        this.#violated(`launches of ${model} are paused, and no start has failed`);
    }
  }

  #mayHaveFailed(machine: MachineRecord): boolean {
    const { endedMs, takenBack, leftFor } = machine;
    if (endedMs === null || takenBack) return false;
    return !this.#hasTold(machine) || leftFor === "unhealthy" || leftFor === null;
  }
}
