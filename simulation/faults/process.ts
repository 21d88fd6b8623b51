/** A program that may die at any await: an invocation of a function, a worker's agent, or a person's client. */
import { SeededRandom } from "../memory/seeded-random.ts";
import type { Clock, Random } from "../../shared/ports.ts";
import { StoreClock } from "../../shared/system/store-clock.ts";
import type { FaultKind, Hazards } from "./hazards.ts";
import { seedOf } from "./hazards.ts";

/** What a dead program waits for: promises that never settle, so nothing after them runs. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export class Process {
  readonly name: string;
  /** Wrong by as much as the hazards say, until the store has answered once. */
  readonly clock: StoreClock;
  readonly random: Random;
  readonly #world: Clock;
  readonly #hazards: Hazards;
  readonly #onCrash: () => void;
  #isOver = false;
  #calls = 0;

  /** @param onCrash called when a hazard ended the program, and not the world */
  constructor(name: string, world: Clock, hazards: Hazards, onCrash: () => void) {
    this.name = name;
    this.#hazards = hazards;
    this.#onCrash = onCrash;
    this.random = new SeededRandom(seedOf(hazards.seed, name));
    const skewMs = hazards.skewMs(name);
    this.#world = world;
    this.clock = new StoreClock({
      nowMs: () => world.nowMs() + skewMs,
      sleep: (ms, signal) => this.#mortal(world.sleep(ms, signal)),
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** From now on nothing of it runs. */
  end(): void {
    this.#isOver = true;
  }

  /**
   * One call of a port, with the faults that the hazards have for it.
   * @param failure makes the port's own error, for a call without an answer
   */
  async call<T>(
    operation: string,
    act: () => Promise<T>,
    failure: (detail: string, fault: FaultKind) => Error,
  ): Promise<T> {
    if (this.#isOver) return never();
    this.#calls += 1;
    const call = this.#calls;
    const fault = this.#hazards.strike(this.name, call, operation);
    const latencyMs = this.#hazards.latencyMs(this.name, call, operation);
    if (latencyMs > 0) await this.clock.sleep(latencyMs);
    switch (fault) {
      case null:
        return this.#mortal(act());
      case "refused":
      case "throttled":
      case "conflict":
        throw failure(`${operation} was refused (${fault}), and did not happen`, fault);
      case "lost":
        await this.#mortal(act());
        throw failure(`${operation} happened, and its answer was lost`, fault);
      case "repeated":
        // The SDK repeats a call after a lost answer: the caller sees the answer to the second try.
        await this.#mortal(act());
        return this.#mortal(act());
      case "slow":
        await this.clock.sleep(this.#hazards.delayMs(this.name, call));
        return this.#mortal(act());
      case "crash_before":
        return this.#crash();
      case "crash_after":
        await this.#mortal(act());
        return this.#crash();
    }
  }

  /** A call of the store. Every answer of the store also tells the time. */
  callStore<T>(
    operation: string,
    act: () => Promise<T>,
    failure: (detail: string, fault: FaultKind) => Error,
  ): Promise<T> {
    const askedAt = this.clock.ownNowMs();
    const acting = async (): Promise<T> => {
      const answer = await act();
      this.clock.heard(Math.floor(this.#world.nowMs() / 1000) * 1000, askedAt);
      return answer;
    };
    return this.call(operation, acting, failure);
  }

  /** Whether the answer to the current call leaves this machine out of EC2's list. */
  isLeftOut(instanceId: string): boolean {
    return this.#hazards.isLeftOut(this.name, this.#calls, instanceId);
  }

  /** Another program's write came first. */
  lostRace(): void {
    this.#hazards.lostRaces += 1;
  }

  #crash<T>(): Promise<T> {
    this.end();
    this.#onCrash();
    return never();
  }

  /** The answer, if the program still lives. */
  async #mortal<T>(work: Promise<T>): Promise<T> {
    try {
      const answer = await work;
      return this.#isOver ? await never<T>() : answer;
    } catch (error) {
      if (this.#isOver) return never<T>();
      throw error;
    }
  }
}
