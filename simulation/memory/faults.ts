/**
 * Where a test breaks a port. `before` runs when nothing has happened yet. `after` runs when everything has happened
 * and only the answer is missing. The caller of a port cannot tell the two apart. Either may throw the port's own error
 * (StoreError, QueueError, FleetError), count, or wait.
 */
export interface Faults {
  before?(operation: string, key: string): void | Promise<void>;
  after?(operation: string, key: string): void | Promise<void>;
}

/** Runs one operation of a port between its two hooks. The act itself is synchronous, hence atomic. */
export async function withFaults<T>(
  faults: Faults | undefined,
  operation: string,
  key: string,
  act: () => T,
): Promise<T> {
  // Awaited even without a hook: a port never answers in the same turn of the event loop.
  await faults?.before?.(operation, key);
  const answer = act();
  await faults?.after?.(operation, key);
  return answer;
}

/** Faults that are planned one by one. Each is used once. */
export class PlannedFaults implements Faults {
  readonly #plans: { when: "before" | "after"; operation: string; key: RegExp; strike: () => unknown }[] = [];

  /** The next such operation does not happen. */
  beforeNext(operation: string, key: RegExp, strike: () => unknown): this {
    this.#plans.push({ when: "before", operation, key, strike });
    return this;
  }

  /** The next such operation happens, and its answer is lost. */
  afterNext(operation: string, key: RegExp, strike: () => unknown): this {
    this.#plans.push({ when: "after", operation, key, strike });
    return this;
  }

  /** How many faults are still planned. */
  get left(): number {
    return this.#plans.length;
  }

  before(operation: string, key: string): Promise<void> {
    return this.#strike("before", operation, key);
  }

  after(operation: string, key: string): Promise<void> {
    return this.#strike("after", operation, key);
  }

  async #strike(when: "before" | "after", operation: string, key: string): Promise<void> {
    const place = this.#plans.findIndex(
      (plan) => plan.when === when && plan.operation === operation && plan.key.test(key),
    );
    if (place >= 0) await this.#plans.splice(place, 1)[0]?.strike();
  }
}
