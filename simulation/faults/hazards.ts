/**
 * What goes wrong, and when. Each fault is drawn from the seed, the program's name and the number of its call, so that
 * leaving one fault out does not change the others.
 */

export const faultKinds = [
  "refused",
  "throttled",
  /** A 409 that outlived the adapter's retries; only for conditional writes. */
  "conflict",
  "lost",
  "repeated",
  "slow",
  "crash_before",
  "crash_after",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** For a while, every call of one operation fails. */
export interface Outage {
  /** Such as `store.put` or `fleet.terminate`. */
  readonly operation: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface HazardPlan {
  readonly seed: number;
  /** The chance that a call fails, 0 to 1. It is five times higher for rare operations. */
  readonly rate: number;
  /**
   * One of these faults is used. Null keeps the place of a kind that was left out, so that the others are drawn as
   * before.
   */
  readonly kinds: readonly (FaultKind | null)[];
  readonly outages: readonly Outage[];
  /** Nothing goes wrong after this time: from then on the system must recover by itself. */
  readonly calmFromMs: number;
  /** The longest time that a call takes; EC2's calls take up to ten times that. Meanwhile other things happen. */
  readonly maxLatencyMs: number;
  /** Clocks differ from the true time by at most this much. */
  readonly maxSkewMs: number;
  readonly maxDelayMs: number;
  /** The share of existing machines that one of EC2's lists leaves out. */
  readonly leftOut: number;
}

export class Hazards {
  /** Writes whose condition no longer held (412). */
  lostRaces = 0;
  readonly #plan: HazardPlan;
  readonly #startMs: number;
  readonly #nowMs: () => number;
  readonly #told: (line: string) => void;
  readonly #struck = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  readonly #lastStruckMs = new Map<string, number>();
  readonly #toBeLost = new Set<string>();

  /** @param told is called with every fault, for the timeline */
  constructor(plan: HazardPlan, startMs: number, nowMs: () => number, told: (line: string) => void) {
    this.#plan = plan;
    this.#startMs = startMs;
    this.#nowMs = nowMs;
    this.#told = told;
  }

  get seed(): number {
    return this.#plan.seed;
  }

  /** The number of faults, by `operation kind`. */
  get struck(): ReadonlyMap<string, number> {
    return this.#struck;
  }

  /** How often programs called each operation of a port. */
  get asked(): ReadonlyMap<string, number> {
    return this.#asked;
  }

  strike(process: string, call: number, operation: string): FaultKind | null {
    this.#asked.set(operation, (this.#asked.get(operation) ?? 0) + 1);
    const fault = this.#toBeLost.delete(operation) ? "lost" : this.#draw(process, call, operation);
    if (fault === null) return null;
    this.#lastStruckMs.set(operation, this.#nowMs());
    const what = `${operation} ${fault}`;
    this.#struck.set(what, (this.#struck.get(what) ?? 0) + 1);
    this.#told(`${fault}: ${operation} of ${process} (call ${call})`);
    return fault;
  }

  /** The answer to the next such call is lost, whatever is drawn for it. */
  loseNext(operation: string): void {
    this.#toBeLost.add(operation);
  }

  /** The last time that somebody called the operation and may have got no answer. */
  lastStruckMs(operation: string): number {
    return this.#lastStruckMs.get(operation) ?? -Infinity;
  }

  skewMs(process: string): number {
    return Math.round((chance(this.#plan.seed, `${process}/skew`) * 2 - 1) * this.#plan.maxSkewMs);
  }

  delayMs(process: string, call: number): number {
    return Math.round(chance(this.#plan.seed, `${process}/${call}/delay`) * this.#plan.maxDelayMs);
  }

  latencyMs(process: string, call: number, operation: string): number {
    const most = this.#plan.maxLatencyMs * (operation.startsWith("fleet.") ? 10 : 1);
    return most === 0 ? 0 : Math.round(chance(this.#plan.seed, `${process}/${call}/latency`) ** 2 * most);
  }

  isLeftOut(process: string, call: number, instanceId: string): boolean {
    const { seed, leftOut, calmFromMs } = this.#plan;
    const isCalm = this.#nowMs() - this.#startMs >= calmFromMs;
    return !isCalm && leftOut > 0 && chance(seed, `${process}/${call}/${instanceId}`) < leftOut;
  }

  #draw(process: string, call: number, operation: string): FaultKind | null {
    const { seed, rate, kinds, outages, calmFromMs } = this.#plan;
    // The plan's times count from the start.
    const nowMs = this.#nowMs() - this.#startMs;
    if (nowMs >= calmFromMs) return null;
    const isOut = outages.some(
      (outage) => outage.operation === operation && nowMs >= outage.fromMs && nowMs < outage.toMs,
    );
    if (isOut) return "refused";
    if (rate === 0 || kinds.length === 0) return null;
    const likely = rate * (seldom.includes(operation) ? 5 : 1);
    if (chance(seed, `${process}/${call}`) >= likely) return null;
    const kind = kinds[Math.floor(chance(seed, `${process}/${call}/kind`) * kinds.length)] ?? null;
    return kind === "conflict" && !conditional.includes(operation) ? null : kind;
  }
}

/** Rare operations, and those that matter most. */
const seldom: readonly string[] = [
  "fleet.launch",
  "fleet.terminate",
  "fleet.find",
  "queue.send",
  "queue.extend",
  "queue.delete",
  "store.create",
  "launcher.trigger",
];
const conditional: readonly string[] = ["store.create", "store.replace"];

/** A number in [0, 1) that depends only on the seed and the name. */
export const chance = (seed: number, name: string): number => seedOf(seed, name) / 2 ** 32;

/** 32 bits of a hash. */
export function seedOf(seed: number, name: string): number {
  // FNV-1a, then a finalizer. A cryptographic hash for every call would take most of a simulation's time.
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let place = 0; place < name.length; place += 1)
    hash = Math.imul(hash ^ name.charCodeAt(place), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
