/** Checks that no batch costs more, by the true bills, than its budget and one lease: a boot and five minutes. */
import { CostBooks } from "../../shared/billing/receipts/cost-books.ts";
import { readProgress } from "../../shared/batch/progress/batch-files.ts";
import type { StageConfig } from "../../shared/config.ts";
import type { TimeSpent } from "../../shared/contract/records/fleet-records.ts";
import { entryOf } from "../../shared/billing/ledger/ledger.ts";
import { shareOf } from "../../shared/billing/receipts/shares.ts";
import type { MemoryStore } from "../memory/memory-store.ts";
import { leaseUsd, trueCost } from "./bill.ts";
import { sumBy } from "../../shared/billing/measures/sum.ts";
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
    const books = new CostBooks(this.#store);
    for (const standing of budgeted) {
      const maxUsd = standing.order.budget?.maxUsd ?? 0;
      const shares = await this.#sharesOf(standing, machines, nowMs, books);
      const usd = sumBy(shares, ({ machine, share }) => share * trueCost(machine, this.#settings, nowMs));
      const serving = shares.map(({ machine }) => machine);
      const moreMs = this.#settings.limits.max_instances * graceMs;
      if (usd > maxUsd + leaseUsd(serving, this.#settings, nowMs, moreMs))
        this.#violated(`${standing.batch?.id ?? ""} has cost ${usd.toFixed(4)} of ${maxUsd.toFixed(4)} USD`);
    }
  }

  /** The machines that have served the batch, and its part of each. */
  async #sharesOf(
    { batch }: Standing,
    machines: readonly MachineRecord[],
    nowMs: number,
    books: CostBooks,
  ): Promise<readonly Share[]> {
    if (batch === null) return [];
    const ledgers = await books.ledgersOf(batch, await readProgress(this.#store, batch), nowMs);
    const shares: Share[] = [];
    for (const machine of machines) {
      const { instanceId } = machine.instance;
      const told: TimeSpent | null = (await books.worker(instanceId)) ?? entryOf(ledgers, instanceId);
      const share = told === null ? 0 : shareOf(told, batch.id);
      if (share > 0) shares.push({ machine, share });
    }
    return shares;
  }
}

interface Share {
  readonly machine: MachineRecord;
  readonly share: number;
}
