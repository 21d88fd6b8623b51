import {
  FleetError,
  StoreError,
  type Clock,
  type ComputeFleet,
  type ObjectStore,
} from "../../../shared/ports.ts";
import type { SeededRandom } from "../../../simulation/memory/seeded-random.ts";

export interface Odds {
  /** Of each call: an error, half of them after the call has acted. */
  readonly error: number;
  /** Of each call: the caller is cut off, half of them after the call has acted. */
  readonly cutOff: number;
  /** Of each call: it takes up to 15 s. */
  readonly slow: number;
}
/** A function's time limit: what it has not done by then it never does. */
const invocationMs = 60_000;

/**
 * One invocation of a function, with everything that can go wrong at its awaits. A caller that is cut off
 * never hears of its call again, as a process that is gone.
 */
export class Invocation {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #odds: () => Odds;
  readonly #endsMs: number;

  constructor(clock: Clock, random: SeededRandom, odds: () => Odds) {
    this.#clock = clock;
    this.#random = random;
    this.#odds = odds;
    this.#endsMs = clock.nowMs() + invocationMs;
  }

  store(store: ObjectStore): ObjectStore {
    return this.#wrapped(store, (name) => {
      throw new StoreError(`chaos: no answer from ${name}`, name, { cause: null });
    });
  }

  fleet(fleet: ComputeFleet): ComputeFleet {
    return this.#wrapped(fleet, (name, args) => {
      const detail = `chaos: no answer from ${name}`;
      if (name === "launch") return { kind: "unknown", detail };
      if (name === "terminate")
        return (args[0] as readonly string[]).map((instanceId) => ({ instanceId, kind: "failed", detail }));
      throw new FleetError(detail);
    });
  }

  #wrapped<T extends object>(target: T, fail: (name: string, args: readonly unknown[]) => unknown): T {
    return new Proxy(target, {
      get: (_target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          if (await this.#fails()) return fail(String(name), args);
          const answer: unknown = await Reflect.apply(member, target, args);
          return (await this.#fails()) ? fail(String(name), args) : answer;
        };
      },
    });
  }

  async #fails(): Promise<boolean> {
    const { error, cutOff, slow } = this.#odds();
    if (this.#random.next() < slow) await this.#clock.sleep(this.#random.next() * 15_000);
    if (this.#clock.nowMs() > this.#endsMs || this.#random.next() < cutOff / 2) {
      await new Promise(() => undefined);
    }
    return this.#random.next() < error / 2;
  }
}
