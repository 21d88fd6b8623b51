import type { TimeSpent, WorkerRecord } from "../../../shared/contract/records/fleet-records.ts";
import { fleetKeys } from "../../../shared/contract/records/keys.ts";
import type { Clock, ObjectStore } from "../../../shared/ports.ts";
import type { Identity } from "../ports.ts";

/** What changes from beat to beat. */
export type Vitals = Pick<
  WorkerRecord,
  | "state"
  | "reason"
  | "failure"
  | "slots"
  | "messages_received"
  | "items_running"
  | "items_finished"
  | "audio_seconds_made"
  | "audio_seconds_per_second"
  | "guessed_audio_seconds_per_second"
> &
  TimeSpent & {
    readonly bootedMs: number;
    readonly rebalanceMs: number | null;
    readonly readyMs: number | null;
    readonly idleSinceMs: number | null;
  };

/** The record by which the fleet knows that this worker lives. It has one writer, so the last write counts. */
export class Heartbeat {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #identity: Identity;

  constructor(ports: { readonly store: ObjectStore; readonly clock: Clock }, identity: Identity) {
    this.#store = ports.store;
    this.#clock = ports.clock;
    this.#identity = identity;
  }

  async beat({ bootedMs, rebalanceMs, readyMs, idleSinceMs, ...vitals }: Vitals): Promise<void> {
    const record: WorkerRecord = {
      v: 1,
      instance_id: this.#identity.instanceId,
      zone: this.#identity.zone,
      model: this.#identity.model,
      ...vitals,
      booted_at: iso(bootedMs),
      rebalance_at: rebalanceMs === null ? null : iso(rebalanceMs),
      ready_at: readyMs === null ? null : iso(readyMs),
      heartbeat_at: iso(this.#clock.nowMs()),
      idle_since: idleSinceMs === null ? null : iso(idleSinceMs),
    };
    await this.#store.put(fleetKeys.worker(this.#identity.instanceId), JSON.stringify(record));
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
