/** Plays the servers that webhooks are sent to. */
import type { WebhookEventType } from "../../shared/contract/api/event-types.ts";
import type { Clock } from "../../shared/ports.ts";
import type { PostOutcome, WebhookPost, WebhookSender } from "../../shared/webhooks/webhook-ports.ts";
import { chance } from "../faults/hazards.ts";

/** While there is trouble, most attempts fail or get no answer. A receiver that is gone never takes anything. */
export const receiverKinds = ["answers", "fails", "hangs", "gone"] as const;
export type ReceiverKind = (typeof receiverKinds)[number];

export const subscribed: readonly WebhookEventType[] = ["batch.ended", "item.succeeded", "item.failed"];

/** As the real sender. */
const timeOutMs = 15_000;
const failingShare = 0.7;

export class Receivers implements WebhookSender {
  /** The events that each address has taken, by their ids. */
  readonly #taken = new Map<string, Set<string>>();
  readonly #saidGone = new Set<string>();
  readonly #kinds: ReadonlyMap<string, ReceiverKind>;
  readonly #clock: Clock;
  readonly #calmFromMs: number;
  readonly #seed: number;
  #attempts = 0;

  constructor(
    kinds: readonly ReceiverKind[],
    world: { readonly clock: Clock; readonly calmFromMs: number; readonly seed: number },
  ) {
    this.#kinds = new Map(kinds.map((kind, place) => [`https://${kind}-${place}.example/`, kind]));
    this.#clock = world.clock;
    this.#calmFromMs = world.calmFromMs;
    this.#seed = world.seed;
  }

  get urls(): readonly string[] {
    return [...this.#kinds.keys()];
  }

  hasTaken(url: string, eventId: string): boolean {
    return this.#taken.get(url)?.has(eventId) === true;
  }

  /** It has answered 410. */
  hasSaidGone(url: string): boolean {
    return this.#saidGone.has(url);
  }

  async post({ url, headers }: WebhookPost): Promise<PostOutcome> {
    this.#attempts += 1;
    const kind = this.#kinds.get(url);
    const isCalm = this.#clock.nowMs() >= this.#calmFromMs;
    const isBad = !isCalm && chance(this.#seed, `attempt ${this.#attempts}`) < failingShare;
    if (kind === "hangs" && isBad) {
      await this.#clock.sleep(timeOutMs);
      return { kind: "timed_out", detail: "no whole answer within 15 s" };
    }
    if (kind === "gone") {
      this.#saidGone.add(url);
      return answered(410);
    }
    if (kind === "fails" && isBad) return answered(500);
    const taken = this.#taken.get(url) ?? new Set();
    this.#taken.set(url, taken.add(headers["webhook-id"] ?? ""));
    return answered(204);
  }
}

const answered = (status: number): PostOutcome => ({
  kind: "answered",
  status,
  body: "",
  retryAfterMs: null,
});
