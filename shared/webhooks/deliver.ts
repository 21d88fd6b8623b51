/**
 * One message of the webhooks queue: an attempt to deliver an event to an endpoint, or a wait. A message is never kept in
 * flight for a wait. What comes too early, and the attempt after a failed one, is sent as a new message with a delay.
 */
import { deliveryIdOf, webhookKeys } from "../contract/records/keys.ts";
import { webhookSecretsSchema, type WebhookEndpoint } from "../contract/records/webhook-records.ts";
import type { DeliveryMessage } from "../contract/messages.ts";
import type { Log } from "../ports.ts";
import { readRecord, type RecordPorts } from "../records/records.ts";
import { writeDelivery } from "./deliveries.ts";
import { disableGone, findEndpoint } from "./endpoints.ts";
import { verdict, type Verdict } from "./schedule.ts";
import { signedHeaders } from "./sign.ts";
import { noteSpeed, takeTurn } from "./slow.ts";
import { deliveryMessage } from "./tell.ts";
import type { PostOutcome, TellPorts, WebhookSender } from "./webhook-ports.ts";

export interface DeliverPorts extends RecordPorts, TellPorts {
  readonly sender: WebhookSender;
  readonly log: Log;
}

/** The longest delay that SQS allows. */
const longestDelayMs = 900_000;
/** What waits for a slow endpoint does not come back all at once. */
const spreadMs = 60_000;
/** Longer than all attempts take with their waits. Past it, an endpoint was too slow to be sent this. */
const keptMs = 30 * 3_600_000;

/** @throws StoreError, QueueError: then the message comes again, and the event may be sent again, with the same id */
export async function deliver(message: DeliveryMessage, ports: DeliverPorts): Promise<void> {
  const { owner, webhook_id: id } = message;
  const endpoint = await findEndpoint(ports.store, owner, id);
  // It was deleted.
  if (endpoint === null) return;
  if (endpoint.disabled !== null) return drop(message, "disabled", "the webhook is disabled", ports);
  // After that first read, for the store's answer has set the clock.
  if (Date.parse(message.not_before) > ports.clock.nowMs()) return later(message, ports);
  const turn = await takeTurn(owner, id, ports);
  if (turn.kind === "wait") return postpone(message, turn.untilMs, ports);
  await attempt(message, endpoint, turn.isSlow, ports);
}

async function attempt(
  message: DeliveryMessage,
  endpoint: WebhookEndpoint,
  wasSlow: boolean,
  ports: DeliverPorts,
): Promise<void> {
  const { owner, webhook_id: id } = message;
  const beganMs = ports.clock.nowMs();
  const ended = await post(message, endpoint, ports);
  // It was deleted meanwhile.
  if (ended === null) return;
  const tookMs = ports.clock.nowMs() - beganMs;
  const judged = verdict(ended, message.attempt, ports.random.next());
  const nextMs = judged.waitMs === null ? null : ports.clock.nowMs() + judged.waitMs;
  if (nextMs !== null) await again(message, message.attempt + 1, nextMs, ports);
  if (judged.outcome === "disabled") await disableGone(id, owner, ports);
  await orLog(message, ports, () => noteSpeed(owner, id, { tookMs, ended, wasSlow }, ports));
  await note(message, judged, { beganMs, tookMs, nextMs }, ports);
}

/** @returns null when there is no secret, and so no endpoint */
async function post(
  { owner, webhook_id: id, event }: DeliveryMessage,
  { url }: WebhookEndpoint,
  ports: DeliverPorts,
): Promise<PostOutcome | null> {
  const secrets = (await readRecord(ports.store, webhookKeys.secrets(owner, id), webhookSecretsSchema))
    ?.value;
  if (secrets === undefined) return null;
  const body = JSON.stringify(event.body);
  return ports.sender.post({
    url,
    body,
    headers: signedHeaders(secrets, event.id, body, ports.clock.nowMs()),
  });
}

/** Not an attempt: the endpoint is busy with another delivery, or left alone. */
async function postpone(message: DeliveryMessage, untilMs: number, ports: DeliverPorts): Promise<void> {
  if (ports.clock.nowMs() - Date.parse(message.since) > keptMs)
    return drop(message, "given_up", "the endpoint was too slow for as long as the event is kept", ports);
  await again(message, message.attempt, untilMs + ports.random.next() * spreadMs, ports);
}

const again = (message: DeliveryMessage, attempt: number, atMs: number, ports: DeliverPorts): Promise<void> =>
  later({ ...message, attempt, not_before: new Date(atMs).toISOString() }, ports);

async function later(message: DeliveryMessage, ports: DeliverPorts): Promise<void> {
  const waitMs = Math.max(0, Date.parse(message.not_before) - ports.clock.nowMs());
  const delaySeconds = Math.ceil(Math.min(longestDelayMs, waitMs) / 1000);
  await ports.webhooks.send([{ ...deliveryMessage(message), delaySeconds }]);
}

function drop(
  message: DeliveryMessage,
  outcome: Verdict["outcome"],
  detail: string,
  ports: DeliverPorts,
): Promise<void> {
  const beganMs = ports.clock.nowMs();
  return note(message, { outcome, detail, status: null }, { beganMs, tookMs: 0, nextMs: null }, ports);
}

/** Writes the log of deliveries. */
function note(
  message: DeliveryMessage,
  { outcome, status, detail }: Omit<Verdict, "waitMs">,
  {
    beganMs,
    tookMs,
    nextMs,
  }: { readonly beganMs: number; readonly tookMs: number; readonly nextMs: number | null },
  ports: DeliverPorts,
): Promise<void> {
  const { owner, webhook_id, event, attempt } = message;
  return orLog(message, ports, () =>
    writeDelivery(ports.store, owner, webhook_id, {
      v: 1,
      id: deliveryIdOf(beganMs, ports.random.ulid(beganMs)),
      event,
      attempt,
      at: new Date(beganMs).toISOString(),
      outcome,
      status,
      detail,
      milliseconds: Math.round(tookMs),
      next_attempt_at: nextMs === null ? null : new Date(nextMs).toISOString(),
    }),
  );
}

/** The event has been sent by then: that a note of it cannot be written is no reason to send it again. */
async function orLog(
  { webhook_id: webhook, event }: DeliveryMessage,
  { log }: DeliverPorts,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.error("could not note an attempt to deliver an event", { webhook, event: event.id, error });
  }
}
