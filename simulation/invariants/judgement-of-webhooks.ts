/**
 * What must be true of webhooks at the end: every event was delivered, or given up with a line in the log. An endpoint is
 * disabled if it answered 410, and no other is.
 */
import { listAll } from "../../shared/batch/progress/reminders.ts";
import { batchKeys, webhookKeys } from "../../shared/contract/records/keys.ts";
import { progressRecordSchema } from "../../shared/contract/records/batch-records.ts";
import { deliveryRecordSchema, type WebhookEndpoint } from "../../shared/contract/records/webhook-records.ts";
import { readRecord } from "../../shared/records/records.ts";
import { readEndpoints } from "../../shared/webhooks/endpoints.ts";
import type { MemoryStore } from "../memory/memory-store.ts";
import { submitter, type Standing } from "../played/people.ts";
import type { Receivers } from "../played/receivers.ts";
import { resultsOf } from "./judgement.ts";

/** An endpoint may miss what happens while it is being made. */
const makingMs = 60_000;

interface Happened {
  readonly eventId: string;
  readonly atMs: number;
}

export async function judgeWebhooks(
  store: MemoryStore,
  standings: readonly Standing[],
  receivers: Receivers,
): Promise<readonly string[]> {
  const happened = (await Promise.all(standings.map((standing) => eventsOf(store, standing)))).flat();
  const broken: string[] = [];
  for (const endpoint of await readEndpoints(store, submitter)) {
    const { url, disabled } = endpoint;
    if ((disabled === "gone") !== receivers.hasSaidGone(url))
      broken.push(`the webhook of ${url} is ${disabled === null ? "not disabled" : "disabled"}`);
    if (disabled === null) broken.push(...(await untold(store, endpoint, happened, receivers)));
  }
  return broken;
}

async function untold(
  store: MemoryStore,
  endpoint: WebhookEndpoint,
  happened: readonly Happened[],
  receivers: Receivers,
): Promise<readonly string[]> {
  const fromMs = Date.parse(endpoint.created_at) + makingMs;
  const missing = happened.filter(
    ({ eventId, atMs }) => atMs > fromMs && !receivers.hasTaken(endpoint.url, eventId),
  );
  if (missing.length === 0) return [];
  const givenUp = await givenUpBy(store, endpoint);
  return missing
    .filter(({ eventId }) => !givenUp.has(eventId))
    .map(({ eventId }) => `${eventId} was neither delivered to ${endpoint.url} nor given up`);
}

async function givenUpBy(store: MemoryStore, { id }: WebhookEndpoint): Promise<ReadonlySet<string>> {
  const givenUp = new Set<string>();
  for (const { key } of await listAll(store, webhookKeys.deliveriesOf(submitter, id))) {
    const delivery = (await readRecord(store, key, deliveryRecordSchema))?.value;
    if (delivery?.outcome === "given_up") givenUp.add(delivery.event.id);
  }
  return givenUp;
}

async function eventsOf(store: MemoryStore, { batch }: Standing): Promise<readonly Happened[]> {
  if (batch === null) return [];
  const progress = (await readRecord(store, batchKeys.progress(batch.id), progressRecordSchema))?.value;
  const ended = progress?.ended_at ?? null;
  const items = [...(await resultsOf(store, batch.id)).values()]
    .filter(({ outcome }) => outcome === "succeeded" || outcome === "failed")
    .map(({ item_id, outcome, finished_at }) => ({
      eventId: `${item_id}:${outcome}`,
      atMs: Date.parse(finished_at),
    }));
  return ended === null ? items : [...items, { eventId: `${batch.id}:ended`, atMs: Date.parse(ended) }];
}
