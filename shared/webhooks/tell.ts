/** Tells events to the endpoints that subscribe to them: a message for each event and endpoint. */
import type { WebhookEvent } from "../contract/api/webhook-events.ts";
import type { BatchRecord } from "../contract/records/batch-records.ts";
import { webhookKeys } from "../contract/records/keys.ts";
import type { WebhookId } from "../contract/ids.ts";
import type { WebhookEndpoint } from "../contract/records/webhook-records.ts";
import { messageText, type DeliveryMessage } from "../contract/messages.ts";
import { inParallel } from "../flow/in-parallel.ts";
import type { ObjectStore, OutgoingMessage } from "../ports.ts";
import { createRecord, RecordError } from "../records/records.ts";
import { readEndpoints } from "./endpoints.ts";
import type { TellPorts } from "./webhook-ports.ts";

/**
 * Tells an owner's endpoints; none when they cannot be read, for a damaged record must hold up neither the owner's
 * batches nor what others are told. To be repeated when it fails: an event that is told twice has the same id.
 * @param own of the batch whose events these are
 * @throws StoreError, QueueError
 */
export async function tell(
  owner: string,
  events: readonly WebhookEvent[],
  ports: TellPorts,
  own: BatchRecord["webhook"] = null,
): Promise<void> {
  const endpoints = await readableEndpoints(ports, owner);
  const open = endpoints.filter(({ disabled }) => disabled === null);
  const messages = open.flatMap(({ id, events: subscribed }) => {
    const wanted: readonly string[] = own?.id === id ? [...subscribed, ...own.events] : subscribed;
    return events
      .filter(({ body }) => wanted.includes(body.type))
      .map((event) => firstDelivery(owner, id, event, ports.clock.nowMs()));
  });
  if (messages.length > 0) await ports.webhooks.send(messages);
}

async function readableEndpoints(
  { store, log }: TellPorts,
  owner: string,
): Promise<readonly WebhookEndpoint[]> {
  try {
    return await readEndpoints(store, owner);
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    log.error("an owner's webhooks cannot be read, and are not told", { owner, error });
    return [];
  }
}

const ownersAtOnce = 16;

/**
 * Tells the endpoints of all owners, once: of an event of the whole stage. It costs one read when that is done already.
 * @throws StoreError, QueueError; then it is told again
 */
export async function tellEveryone(event: WebhookEvent, ports: TellPorts): Promise<void> {
  const mark = webhookKeys.told(event.id);
  if (await ports.store.exists(mark)) return;
  await inParallel(await ownersWithEndpoints(ports.store), ownersAtOnce, (owner) =>
    tell(owner, [event], ports),
  );
  await createRecord(ports.store, mark, {});
}

async function ownersWithEndpoints(store: ObjectStore): Promise<readonly string[]> {
  const owners: string[] = [];
  for (let after: string | undefined, more = true; more;) {
    const page = await store.list(webhookKeys.endpointsPrefix, after === undefined ? {} : { after });
    owners.push(...page.objects.map(({ key }) => webhookKeys.ownerOf(key)));
    after = page.objects.at(-1)?.key;
    more = page.more && after !== undefined;
  }
  return owners;
}

/** The first attempt at an event, due now. */
export function firstDelivery(
  owner: string,
  webhookId: WebhookId,
  event: WebhookEvent,
  nowMs: number,
): OutgoingMessage {
  const now = new Date(nowMs).toISOString();
  return deliveryMessage({
    v: 1,
    owner,
    webhook_id: webhookId,
    event,
    attempt: 1,
    not_before: now,
    since: now,
  });
}

/** By its group a queue is fair: many messages for one endpoint do not delay those for others. */
export const deliveryMessage = (message: DeliveryMessage): OutgoingMessage => ({
  body: messageText(message),
  groupId: message.webhook_id,
});
