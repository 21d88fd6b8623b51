/** What people ask for, and when. */
import { SeededRandom } from "../memory/seeded-random.ts";
import type { Speed } from "../../shared/contract/api/parameters.ts";

export interface Order {
  /** After the start. */
  readonly atMs: number;
  readonly model: string;
  readonly speed: Speed;
  /** Seconds of each clip. */
  readonly clips: readonly number[];
  /** Of these clips, by index, the prompt is a mishap. */
  readonly prompts?: Readonly<Record<number, string>>;
  /** Its messages get lost, each time that they are sent: it is open, and in no queue. */
  readonly isLost?: true;
  readonly expiresInSeconds?: number;
  /** What it may cost, and how long after it was taken its owner lets it cost whatever it costs (never, at infinity). */
  readonly budget?: { readonly maxUsd: number; readonly liftedAfterMs: number };
  /** So long after it was taken, its owner cancels it; `inMaking`: as soon as one of its items has a result. */
  readonly cancel?: {
    readonly afterMs: number;
    readonly inMaking: boolean;
    readonly mode: "drain" | "abort";
  };
}

/** Batches of one to sixty clips at any time, six an hour, more of them by day. */
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
