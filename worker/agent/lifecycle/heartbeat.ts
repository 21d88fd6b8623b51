import type { BootPhases, TimeSpent, WorkerRecord } from "../../../shared/contract/records/fleet-records.ts";
import { fleetKeys } from "../../../shared/contract/records/keys.ts";
import type { StartFailure } from "../../../shared/contract/start-failure.ts";
import type { Clock, ObjectStore } from "../../../shared/ports.ts";
import type { Identity } from "../ports.ts";

/** What happened once and stays true. */
export interface Milestones {
  readonly boot: BootPhases;
  readonly bootedMs: number;
  readonly readyMs: number | null;
  /** When EC2 recommended a rebalance. The worker reports it; the launcher decides what follows. */
  readonly rebalanceMs: number | null;
  readonly failure: StartFailure | null;
}

/** What changes from beat to beat. */
export type Vitals = Pick<
  WorkerRecord,
  | "state"
  | "reason"
  | "slots"
  | "messages_received"
  | "items_running"
  | "items_finished"
  | "audio_seconds_made"
  | "audio_seconds_per_second"
  | "guessed_audio_seconds_per_second"
> &
  TimeSpent & { readonly idleSinceMs: number | null };

/** The record that shows the fleet that this worker is alive. Only this worker writes it, so plain writes are safe. */
export class Heartbeat {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #identity: Identity;

  constructor(ports: { readonly store: ObjectStore; readonly clock: Clock }, identity: Identity) {
    this.#store = ports.store;
    this.#clock = ports.clock;
    this.#identity = identity;
  }

  async beat({ idleSinceMs, ...vitals }: Vitals, milestones: Milestones): Promise<void> {
    const { boot, bootedMs, rebalanceMs, readyMs, failure } = milestones;
    const record: WorkerRecord = {
      v: 1,
      instance_id: this.#identity.instanceId,
      zone: this.#identity.zone,
      model: this.#identity.model,
      ...vitals,
      failure,
      booted_at: iso(bootedMs),
      boot,
      rebalance_at: rebalanceMs === null ? null : iso(rebalanceMs),
      ready_at: readyMs === null ? null : iso(readyMs),
      heartbeat_at: iso(this.#clock.nowMs()),
      idle_since: idleSinceMs === null ? null : iso(idleSinceMs),
    };
    await this.#store.put(fleetKeys.worker(this.#identity.instanceId), JSON.stringify(record));
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
