import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { foldEvents, type FoldPorts } from "../../shared/batch/progress/fold.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { eventsMessageSchema, type EventsMessage } from "../../shared/contract/messages.ts";

interface Told {
  readonly messageId: string;
  readonly events: EventsMessage["events"];
}

/** Of batches that could not be folded; there may be thousands. */
const failuresLogged = 10;

/**
 * Fold all messages of one delivery together: a batch's progress is then read and written once. A message is
 * given back when a batch of its events could not be written.
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
      ports.log.error("events could not be folded, and will come again", {
        batchId,
        error,
        batches: failed.size,
      });
    const again = told.filter(({ events }) => events.some((event) => failed.has(event.batch_id)));
    return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

/** What is no message of ours is dropped: the reconciler finds the results that it may have told of. */
function read({ messageId, body }: SQSRecord, { log }: FoldPorts): Told[] {
  try {
    return [{ messageId, events: eventsMessageSchema.parse(jsonOf(body)).events }];
  } catch (error) {
    log.error("a message on the events queue does not fit its schema", { messageId, error });
    return [];
  }
}
