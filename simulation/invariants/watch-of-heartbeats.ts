/**
 * Checks that machines are judged by their heartbeats: a machine that sends them is not ended as silent, and a silent
 * one is ended.
 */
import type { StageConfig } from "../../shared/config.ts";
import { reaperMarksSchema } from "../../shared/contract/records/fleet-records.ts";
import type { InstanceId } from "../../shared/contract/ids.ts";
import { fleetKeys } from "../../shared/contract/records/keys.ts";
import type { MemoryFleet } from "../memory/memory-fleet.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import { readRecord } from "../../shared/records/records.ts";
import type { MachineHost, MachineRecord } from "../played/machine-host.ts";
import type { ReaperLooks } from "./reaper-looks.ts";

/** The reaper may decide on data that is this old: a tick takes up to a minute, and it looks twice. */
const decidedMs = 3 * 60_000;
interface Beats {
  /** Since this time no two heartbeats have been further apart than the heartbeat's deadline. */
  sinceMs: number;
  lastMs: number;
}

export class WatchOfHeartbeats {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #reaper: ReaperLooks;
  readonly #violated: (invariant: string) => void;
  readonly #beats = new Map<string, Beats>();

  constructor(
    clock: Clock,
    settings: StageConfig,
    reaper: ReaperLooks,
    violated: (invariant: string) => void,
  ) {
    this.#clock = clock;
    this.#reaper = reaper;
    this.#deadlineMs = settings.worker.heartbeat_deadline_seconds * 1000;
    this.#violated = violated;
  }

  /** The store has taken a heartbeat. */
  heard(key: string): void {
    const nowMs = this.#clock.nowMs();
    const beats = this.#beats.get(key);
    if (beats === undefined || nowMs - beats.lastMs > this.#deadlineMs)
      this.#beats.set(key, { sinceMs: nowMs, lastMs: nowMs });
    else beats.lastMs = nowMs;
  }

  /** The store has taken a heartbeat that says that the machine is ready. */
  hasToldThatItIsReady({ instance, readyMs }: MachineRecord): boolean {
    const lastMs = this.#beats.get(fleetKeys.worker(instance.instanceId))?.lastMs ?? -Infinity;
    return readyMs !== null && lastMs >= readyMs;
  }

  watchEnds(fleet: MemoryFleet, store: ObjectStore): void {
    fleet.watch((event) => {
      if (event.kind === "terminating") void this.#checkEnd(event.instanceId, store);
    });
  }

  async #checkEnd(instanceId: InstanceId, store: ObjectStore): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const beats = this.#beats.get(fleetKeys.worker(instanceId));
    const marks = (await readRecord(store, fleetKeys.reaperMarks, reaperMarksSchema))?.value.marks;
    if (beats === undefined || marks?.[instanceId]?.reason !== "no_heartbeat") return;
    const hasBeaten = nowMs - beats.lastMs <= this.#deadlineMs && nowMs - beats.sinceMs > decidedMs;
    if (hasBeaten)
      this.#violated(`${instanceId} was ended for its silence, and has given a heartbeat all along`);
  }

  /** @param graceMs for this long EC2 or the store could not be asked */
  checkSilence(host: MachineHost, graceMs: number): void {
    const nowMs = this.#clock.nowMs();
    for (const { instance, endedMs } of host.records) {
      const lastMs = this.#beats.get(fleetKeys.worker(instance.instanceId))?.lastMs ?? nowMs;
      if (endedMs === null && this.#reaper.hasHadTime(lastMs + this.#deadlineMs, nowMs, graceMs))
        this.#violated(
          `${instance.instanceId} has been silent for ${Math.round((nowMs - lastMs) / 1000)} s and lives`,
        );
    }
  }
}
