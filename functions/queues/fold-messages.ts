/** Reads the events queue. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { foldEvents, type FoldPorts } from "../../shared/batch/progress/fold.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { eventsMessageSchema, type EventsMessage } from "../../shared/contract/messages.ts";

interface Told {
  readonly messageId: string;
  readonly events: EventsMessage["events"];
}

/** Thousands of batches may fail at once; only this many failures are logged. */
const failuresLogged = 10;

/**
 * Folds all messages of one delivery together, so that each batch's progress is read and written once. A message is
 * returned to the queue if a batch in it could not be written.
 */
export const foldMessages =
  (ports: FoldPorts) =>
  async ({ Records: records }: SQSEvent): Promise<SQSBatchResponse> => {
    const told = records.flatMap((record) => read(record, ports));
    const { failed } = await foldEvents(
      told.flatMap(({ events }) => events),
      ports,
    );
    for (const [batchId, error] of [...failed].slice(0, failuresLogged))
      ports.log.error("could not fold events; SQS delivers them again", {
        batchId,
        error,
        batches: failed.size,
      });
    const again = told.filter(({ events }) => events.some((event) => failed.has(event.batch_id)));
    return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

/** A message that does not fit the schema is dropped: the reconciler finds the results that it may have reported. */
function read({ messageId, body }: SQSRecord, { log }: FoldPorts): Told[] {
  try {
    return [{ messageId, events: eventsMessageSchema.parse(jsonOf(body)).events }];
  } catch (error) {
    log.error("dropped a message on the events queue that does not fit the schema", { messageId, error });
    return [];
  }
}
