/** Reads the webhooks queue. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { jsonOf } from "../../shared/contract/json.ts";
import { deliveryMessageSchema } from "../../shared/contract/messages.ts";
import { deliver, type DeliverPorts } from "../../shared/webhooks/deliver.ts";

/** All at once: an endpoint that hangs delays no other. What failed for our own reasons comes again. */
export const deliverMessages =
  (ports: DeliverPorts) =>
  async ({ Records: records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failed = await Promise.all(records.map((record) => deliverOne(record, ports)));
    return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
  };

/** @returns the message's id when it must come again */
async function deliverOne({ messageId, body }: SQSRecord, ports: DeliverPorts): Promise<string[]> {
  const message = deliveryMessageSchema.safeParse(jsonOf(body));
  if (!message.success) {
    const { error } = message;
    ports.log.error("dropped a message on the webhooks queue that does not fit the schema", {
      messageId,
      error,
    });
    return [];
  }
  try {
    await deliver(message.data, ports);
    return [];
  } catch (error) {
    const { webhook_id: webhook, event } = message.data;
    ports.log.error("could not deliver an event; SQS delivers the message again", {
      webhook,
      event: event.id,
      error,
    });
    return [messageId];
  }
}
