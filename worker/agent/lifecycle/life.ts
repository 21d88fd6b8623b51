/**
 * A worker's life. It is in one of five states at a time, and its heartbeat says in which.
 *
 * - `booting`: the worker writes its first heartbeat, then its engine loads the model. It receives no messages.
 *   The ready engine makes it `idle`.
 * - `idle`: it has no job and polls SQS. A job makes it `busy`. After `idle_exit_seconds` it tells itself to leave.
 * - `busy`: it has at least one job: it waits for the engine, is in it, or is being committed. The end of the
 *   last job makes it `idle`. When the engine dies it is started again, and the state stays.
 * - `draining`: it was told to leave; its departure (`departure.ts`) says why and by when. It receives no more
 *   messages and releases what it has not begun. What runs may finish until `drainMs`. Then the engine saves what
 *   still runs, and the worker releases it. At `forceMs` the worker kills an engine that has not answered. With
 *   nothing left in hand it is `leaving`.
 * - `leaving`: its last heartbeat says so, and the fleet no longer counts on it. It stops its engine. If EC2
 *   interrupts the machine within its first hour, which AWS does not bill, the worker waits for that. Then the
 *   process ends, and the machine with it.
 *
 * A worker that was told to leave never works again. If it is told again, a more urgent departure takes
 * the place of the first, and the state stays. A bug ends the process in any state: its leases run out, and other
 * workers make its items.
 */
import type { WorkerState } from "../../../shared/contract/records/fleet-records.ts";
import type { Departure } from "./departure.ts";
import { nextDeparture } from "./departure.ts";

/** Which states may follow which. */
const successors: Readonly<Record<WorkerState, readonly WorkerState[]>> = {
  booting: ["idle", "draining"],
  idle: ["busy", "draining"],
  busy: ["idle", "draining"],
  // Again when it is told to leave again: a more urgent departure takes the place of the first.
  draining: ["draining", "leaving"],
  leaving: ["leaving"],
};

type State =
  { readonly at: "booting" | "busy" } | { readonly at: "idle"; readonly sinceMs: number } | Departing;

interface Departing {
  readonly at: "draining" | "leaving";
  readonly departure: Departure;
  /** Whether it may wait for EC2 to take the machine: not once the service manager asked it to end. */
  readonly mayLinger: boolean;
}

/** A bug: this state cannot follow that one. */
export class IllegalTransitionError extends Error {
  override readonly name = "IllegalTransitionError";
  readonly from: WorkerState;
  readonly to: WorkerState;

  constructor(from: WorkerState, to: WorkerState) {
    super(`expected the worker to go from ${from} to ${successors[from].join(" or ")}, got ${to}`);
    this.from = from;
    this.to = to;
  }
}

export class Life {
  /** Changed by `#to` alone. */
  #state: State = { at: "booting" };

  get state(): WorkerState {
    return this.#state.at;
  }

  /** null unless it is `idle`. */
  get idleSinceMs(): number | null {
    return this.#state.at === "idle" ? this.#state.sinceMs : null;
  }

  /** null: nobody told it to leave. */
  get departure(): Departure | null {
    return this.#departing?.departure ?? null;
  }

  get mayLinger(): boolean {
    return this.#departing?.mayLinger ?? true;
  }

  /** The engine is ready, for the first time or after a restart. */
  engineReady(nowMs: number): void {
    if (this.#state.at === "booting") this.#to({ at: "idle", sinceMs: nowMs });
  }

  /** A job came or ended. @param hasJobs whether there is any now */
  jobsChanged(hasJobs: boolean, nowMs: number): void {
    if (this.#departing !== null) return;
    if (hasJobs && this.#state.at !== "busy") this.#to({ at: "busy" });
    else if (!hasJobs && this.#state.at === "busy") this.#to({ at: "idle", sinceMs: nowMs });
  }

  /** @returns false if it leaves already and `next` changes nothing */
  toldToLeave(next: Departure): boolean {
    const now = this.#departing;
    const departure = now === null ? next : nextDeparture(now.departure, next);
    this.#to({
      at: now?.at ?? "draining",
      departure,
      mayLinger: this.mayLinger && next.reason !== "signal",
    });
    return departure !== now?.departure;
  }

  /** Every job is committed or released, and every event is sent. */
  nothingInHand(): void {
    if (this.#state.at !== "draining") throw new IllegalTransitionError(this.#state.at, "leaving");
    this.#to({ ...this.#state, at: "leaving" });
  }

  get #departing(): Departing | null {
    return "departure" in this.#state ? this.#state : null;
  }

  #to(next: State): void {
    if (!successors[this.#state.at].includes(next.at))
      throw new IllegalTransitionError(this.#state.at, next.at);
    this.#state = next;
  }
}
