/**
 * Endpoints that answer slowly, not at all, or with a `Retry-After`. An attempt holds a place of the deliver function,
 * and there are few. So while an endpoint is slow, one attempt at a time is made, and the endpoint is left alone for a
 * while after a time-out, and for as long as it asks. The other deliveries to it wait in the queue. The first fast
 * answer ends that.
 */
import type { WebhookId } from "../contract/ids.ts";
import { webhookKeys } from "../contract/records/keys.ts";
import { slowEndpointSchema, type SlowEndpoint } from "../contract/records/webhook-records.ts";
import { readRecord, updateRecord, type RecordPorts } from "../records/records.ts";
import type { PostOutcome } from "./webhook-ports.ts";

/** An attempt that takes longer is slow, whatever the answer. */
const slowMs = 5_000;
/** An attempt is over by then, with all that belongs to it. */
const attemptMs = 30_000;
const firstPauseMs = 30_000;
const longestPauseMs = 900_000;

export type Turn =
  /** @property isSlow it is the one attempt that a slow endpoint gets now */
  { readonly kind: "go"; readonly isSlow: boolean } | { readonly kind: "wait"; readonly untilMs: number };

/** Whether an endpoint may be sent to now. For one that is not slow this is one read. */
export async function takeTurn(owner: string, id: WebhookId, ports: RecordPorts): Promise<Turn> {
  const key = webhookKeys.slow(owner, id);
  const known = (await readRecord(ports.store, key, slowEndpointSchema))?.value;
  if (known === undefined) return { kind: "go", isSlow: false };
  const nowMs = ports.clock.nowMs();
  if (Date.parse(known.next_at) > nowMs) return { kind: "wait", untilMs: Date.parse(known.next_at) };
  const nonce = ports.random.ulid(nowMs);
  const taken = await updateRecord(ports, key, slowEndpointSchema, (current) =>
    current === null || Date.parse(current.next_at) > nowMs
      ? null
      : { ...current, next_at: new Date(nowMs + attemptMs).toISOString(), nonce },
  );
  if (taken === null) return { kind: "go", isSlow: false };
  return taken.nonce === nonce
    ? { kind: "go", isSlow: true }
    : { kind: "wait", untilMs: Date.parse(taken.next_at) };
}

/** Notes how long an attempt took. For one that was fast, at an endpoint that was not slow, this asks for nothing. */
export async function noteSpeed(
  owner: string,
  id: WebhookId,
  {
    tookMs,
    ended,
    wasSlow,
  }: { readonly tookMs: number; readonly ended: PostOutcome; readonly wasSlow: boolean },
  ports: RecordPorts,
): Promise<void> {
  const key = webhookKeys.slow(owner, id);
  const askedMs = ended.kind === "answered" ? ended.retryAfterMs : null;
  const timedOut = ended.kind === "timed_out";
  if (tookMs < slowMs && !timedOut && askedMs === null) {
    if (wasSlow) await ports.store.delete(key);
    return;
  }
  const nowMs = ports.clock.nowMs();
  const nonce = ports.random.ulid(nowMs);
  await updateRecord<SlowEndpoint>(ports, key, slowEndpointSchema, (current) => {
    // Many attempts may have begun before the first was slow: that one has noted it for all of them.
    if (current !== null && !wasSlow) return null;
    const slow = (current?.slow ?? 0) + 1;
    const pauseMs = timedOut ? Math.min(longestPauseMs, firstPauseMs * 2 ** (slow - 1)) : (askedMs ?? 0);
    return { v: 1, slow, next_at: new Date(nowMs + pauseMs).toISOString(), nonce };
  });
}
