/** Checks that no batch costs more, by the true bills, than its budget and one lease: a boot and five minutes. */
import { CostBooks } from "../../shared/billing/receipts/cost-books.ts";
import { readProgress } from "../../shared/batch/progress/batch-files.ts";
import type { StageConfig } from "../../shared/config.ts";
import type { TimeSpent } from "../../shared/contract/records/fleet-records.ts";
import { entryOf } from "../../shared/billing/ledger/ledger.ts";
import { shareOf } from "../../shared/billing/receipts/shares.ts";
import type { MemoryStore } from "../memory/memory-store.ts";
import { leaseUsd, trueCost } from "./bill.ts";
import type { MachineRecord } from "../played/machine-host.ts";
import type { Standing } from "../played/people.ts";

export class WatchOfBudgets {
  readonly #store: MemoryStore;
  readonly #settings: StageConfig;
  readonly #violated: (invariant: string) => void;

  constructor(store: MemoryStore, settings: StageConfig, violated: (invariant: string) => void) {
    this.#store = store;
    this.#settings = settings;
    this.#violated = violated;
  }

  /** @param graceMs for this long workers could not be told of a hold, or could not be heard */
  async check(
    standings: readonly Standing[],
    machines: readonly MachineRecord[],
    nowMs: number,
    graceMs: number,
  ): Promise<void> {
    const budgeted = standings.filter(({ order, isLifted }) => order.budget !== undefined && !isLifted);
    if (budgeted.length === 0) return;
    const overUsd = leaseUsd(machines, this.#settings, this.#settings.limits.max_instances * graceMs);
    const books = new CostBooks(this.#store);
    for (const standing of budgeted) {
      const maxUsd = standing.order.budget?.maxUsd ?? 0;
      const usd = await this.#costOf(standing, machines, nowMs, books);
      if (usd > maxUsd + overUsd)
        this.#violated(`${standing.batch?.id ?? ""} has cost ${usd.toFixed(4)} of ${maxUsd.toFixed(4)} USD`);
    }
  }

  async #costOf(
    { batch }: Standing,
    machines: readonly MachineRecord[],
    nowMs: number,
    books: CostBooks,
  ): Promise<number> {
    if (batch === null) return 0;
    const ledgers = await books.ledgersOf(batch, await readProgress(this.#store, batch), nowMs);
    let usd = 0;
    for (const machine of machines) {
      const { instanceId } = machine.instance;
      const told: TimeSpent | null = (await books.worker(instanceId)) ?? entryOf(ledgers, instanceId);
      if (told !== null) usd += trueCost(machine, this.#settings, nowMs) * shareOf(told, batch.id);
    }
    return usd;
  }
}
