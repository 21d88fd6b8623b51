/** The launcher trigger in memory. */
import type { LauncherTrigger } from "../../shared/ports.ts";
import type { Faults } from "./faults.ts";
import { withFaults } from "./faults.ts";

/** Counts how often the launcher was called. */
export class MemoryLauncherTrigger implements LauncherTrigger {
  readonly #faults: Faults | undefined;
  #count = 0;

  constructor(options: { readonly faults?: Faults } = {}) {
    this.#faults = options.faults;
  }

  get count(): number {
    return this.#count;
  }

  async trigger(): Promise<void> {
    await withFaults(this.#faults, "trigger", "launcher", () => {
      this.#count += 1;
    });
  }
}
