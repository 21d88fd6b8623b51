/** Checks that the fleet plans only with the configured pace and with the pace that finished work has shown. */
import { decisionRecordSchema } from "../../shared/contract/records/fleet-records.ts";
import { fleetKeys } from "../../shared/contract/records/keys.ts";
import { guessedPace } from "../../shared/billing/measures/type-measures.ts";
import type { MemoryStore } from "../memory/memory-store.ts";
import { readRecord } from "../../shared/records/records.ts";
import type { Scenario } from "../scenario.ts";

/** The measured pace of finished work may differ from the true one by this share. */
const tolerated = 0.3;

export class WatchOfPace {
  readonly #store: MemoryStore;
  readonly #scenario: Scenario;
  readonly #violated: (invariant: string) => void;

  constructor(store: MemoryStore, scenario: Scenario, violated: (invariant: string) => void) {
    this.#store = store;
    this.#scenario = scenario;
    this.#violated = violated;
  }

  async check(): Promise<void> {
    const snapshot = (await readRecord(this.#store, fleetKeys.snapshot, decisionRecordSchema))?.value;
    for (const { model, instance_type, audio_seconds_per_second: pace } of snapshot?.models ?? []) {
      const type = instance_type ?? this.#scenario.settings.instance_types[0].type;
      const onFirst = this.#scenario.engines[model]?.fullRate ?? pace;
      const fullRate = onFirst * (this.#scenario.typeSpeeds?.[type] ?? 1);
      const isShown = Math.abs(pace / fullRate - 1) <= tolerated;
      if (!isShown && pace !== guessedPace(model, type, this.#scenario.settings))
        this.#violated(`${model} is reckoned to make ${pace} audio seconds a second, and makes ${fullRate}`);
    }
  }
}
