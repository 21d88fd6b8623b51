/** What people ask for, and when. */
import { SeededRandom } from "../memory/seeded-random.ts";
import type { Priority, Speed } from "../../shared/contract/api/parameters.ts";

export interface Order {
  /** Time since the start. */
  readonly atMs: number;
  readonly model: string;
  readonly speed: Speed;
  readonly priority?: Priority;
  /** Its items lie in an upload. */
  readonly isUpload?: true;
  /** The length of each clip in seconds. */
  readonly clips: readonly number[];
  /** The clips, by index, whose prompt causes a mishap. */
  readonly prompts?: Readonly<Record<number, string>>;
  /** Its messages get lost each time they are sent, so it is open and in no queue. */
  readonly isLost?: true;
  /** The clips, by index, whose message the queue refuses. */
  readonly refused?: readonly number[];
  /** It gets the clips that were made before for an order that reuses, too. */
  readonly reuses?: true;
  readonly expiresInSeconds?: number;
  /** What it may cost, and how long after its submit its owner lifts the limit (never, if infinite). */
  readonly budget?: { readonly maxUsd: number; readonly liftedAfterMs: number };
  /** How long after its submit its owner cancels it; `inMaking`: as soon as one of its items has a result. */
  readonly cancel?: {
    readonly afterMs: number;
    readonly inMaking: boolean;
    readonly mode: "drain" | "abort";
  };
}

/** Batches of one to sixty clips, six an hour on average, more of them by day. */
export function ordersOfADay(seed: number, hours: number, model: string, speed: Speed | "mixed"): Order[] {
  const random = new SeededRandom(seed);
  const orders: Order[] = [];
  const mean = 600_000;
  for (let atMs = 0; ;) {
    atMs += Math.round(-mean * Math.log(1 - random.next()));
    if (atMs >= hours * 3_600_000) return orders;
    const hour = (atMs / 3_600_000) % 24;
    if (random.next() > 0.35 + 0.65 * Math.sin((Math.PI * hour) / 24)) continue;
    const count = 1 + Math.floor(60 * random.next() ** 3);
    orders.push({
      atMs,
      model,
      speed: speed === "mixed" ? pick(["fast", "standard", "standard", "economy"] as const, random) : speed,
      clips: Array.from({ length: count }, () => 5 + Math.floor(random.next() * 26)),
    });
  }
}

export function pick<T>(values: readonly [T, ...T[]], random: { next(): number }): T {
  return values[Math.floor(random.next() * values.length)] ?? values[0];
}
