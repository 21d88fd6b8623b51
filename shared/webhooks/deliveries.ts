/** The log of deliveries: an entry for each attempt, the newest first. A lifecycle rule deletes them after 30 days. */
import type { DeliveryView } from "../contract/api/webhooks.ts";
import { deliveryIdSchema, type DeliveryId, type WebhookId } from "../contract/ids.ts";
import { webhookKeys } from "../contract/records/keys.ts";
import { deliveryRecordSchema, type DeliveryRecord } from "../contract/records/webhook-records.ts";
import type { ObjectStore } from "../ports.ts";
import { createRecord, type ListPorts, readListed, readRecord } from "../records/records.ts";

export async function writeDelivery(
  store: ObjectStore,
  owner: string,
  id: WebhookId,
  delivery: DeliveryRecord,
): Promise<void> {
  await createRecord(store, webhookKeys.delivery(owner, id, delivery.id), delivery);
}

export const readDelivery = async (
  store: ObjectStore,
  owner: string,
  id: WebhookId,
  delivery: DeliveryId,
): Promise<DeliveryRecord | null> =>
  (await readRecord(store, webhookKeys.delivery(owner, id, delivery), deliveryRecordSchema))?.value ?? null;

export interface DeliveryPage {
  readonly deliveries: readonly DeliveryView[];
  /** Null: there are no more. */
  readonly next: DeliveryId | null;
}

/** @param after the last of the page before */
export async function listDeliveries(
  ports: ListPorts,
  owner: string,
  id: WebhookId,
  { after, limit }: { readonly after?: DeliveryId | undefined; readonly limit: number },
): Promise<DeliveryPage> {
  const page = await ports.store.list(webhookKeys.deliveriesOf(owner, id), {
    limit,
    ...(after === undefined ? {} : { after: webhookKeys.delivery(owner, id, after) }),
  });
  const keys = page.objects.map(({ key }) => key);
  const records = await readListed(ports, keys, deliveryRecordSchema);
  const deliveries = records.map(({ value }) => viewOf(value));
  const last = keys.at(-1)?.split("/").at(-1)?.slice(0, -".json".length);
  return { deliveries, next: page.more ? (deliveryIdSchema.safeParse(last).data ?? null) : null };
}

const viewOf = ({ v: _v, event, ...delivery }: DeliveryRecord): DeliveryView => ({
  ...delivery,
  event_id: event.id,
  event_type: event.body.type,
});
