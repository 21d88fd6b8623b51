/** What becomes of a delivery after an attempt. Pure. */
import type { DeliveryView } from "../contract/api/webhooks.ts";
import { cutText } from "../contract/text.ts";
import type { PostOutcome } from "./webhook-ports.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** The waits between attempts: seven attempts within 17.6 hours. */
const waitsMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour] as const;
/** Each wait varies by so much of it, so that deliveries that failed together do not come again together. */
const jitter = 0.1;

/** An answer is repeated to its owner up to here. */
const answerShown = 200;

export type Verdict = Pick<DeliveryView, "outcome" | "status" | "detail"> & {
  /** Until the next attempt; null: there is none. */
  readonly waitMs: number | null;
};

/**
 * @param attempt the one that ended like this, from 1
 * @param draw uniform in [0, 1)
 */
export function verdict(ended: PostOutcome, attempt: number, draw: number): Verdict {
  const { status, detail } = wordsFor(ended);
  if (status !== null && status >= 200 && status < 300)
    return { outcome: "delivered", status, detail, waitMs: null };
  if (status === 410) return { outcome: "disabled", status, detail, waitMs: null };
  const waitMs = waitsMs[attempt - 1];
  if (waitMs === undefined) return { outcome: "given_up", status, detail, waitMs: null };
  const planned = waitMs * (1 + jitter * (2 * draw - 1));
  return { outcome: "retried", status, detail, waitMs: Math.max(planned, askedMs(ended, draw)) };
}

/** Not earlier than it asks, and not all at the same moment. */
const askedMs = (ended: PostOutcome, draw: number): number =>
  ended.kind === "answered" ? (ended.retryAfterMs ?? 0) * (1 + jitter * draw) : 0;

function wordsFor(ended: PostOutcome): { readonly status: number | null; readonly detail: string } {
  if (ended.kind !== "answered") return { status: null, detail: ended.detail };
  const { status } = ended;
  // Control characters must not reach a terminal.
  const text = ended.body.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").trim();
  const said = text === "" ? "" : `: ${cutText(text, answerShown)}`;
  if (status === 410) return { status, detail: "answered 410: it wants no more, so it is disabled" };
  if (status >= 300 && status < 400)
    return { status, detail: `answered ${status}: redirects are not followed` };
  return { status, detail: `answered ${status}${said}` };
}
