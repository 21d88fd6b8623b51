/** What webhooks may be told of, by name. */

export const webhookEventTypes = [
  "batch.ended",
  "item.succeeded",
  "item.failed",
  "fleet.stopped",
  "budget.reached",
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

/** Those that are of one batch. */
export const batchEventTypes = [
  "batch.ended",
  "item.succeeded",
  "item.failed",
  "budget.reached",
] as const satisfies readonly WebhookEventType[];
