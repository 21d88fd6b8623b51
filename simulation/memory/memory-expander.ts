/** The expander in memory. */
import type { BatchId } from "../../shared/contract/ids.ts";
import type { Expander } from "../../shared/ports.ts";
import type { Faults } from "./faults.ts";
import { withFaults } from "./faults.ts";

/** Keeps which batches it was asked to expand. */
export class MemoryExpander implements Expander {
  readonly asked: BatchId[] = [];
  readonly #faults: Faults | undefined;

  constructor(options: { readonly faults?: Faults } = {}) {
    this.#faults = options.faults;
  }

  async expand(batchId: BatchId): Promise<void> {
    await withFaults(this.#faults, "expand", batchId, () => {
      this.asked.push(batchId);
    });
  }
}
