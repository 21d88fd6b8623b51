import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { ReconcilePorts } from "../../shared/batch/reconcile-ports.ts";
import { secondLook } from "../../shared/batch/second-look.ts";
import type { StageConfig } from "../../shared/config.ts";

/** Each dead letter by itself; those that could not be dealt with stay in their queue. */
export function lookAgain(ports: ReconcilePorts, { worker }: Pick<StageConfig, "worker">) {
  const look = async ({ messageId, body }: SQSRecord): Promise<void> => {
    try {
      const outcome = await secondLook({ id: messageId, body }, ports, worker);
      ports.log.warn("a message was received too often", { messageId, outcome });
    } catch (error) {
      ports.log.error("a dead letter could not be dealt with", { messageId, error });
      throw error;
    }
  };
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    processPartialResponse(event, look, new BatchProcessor(EventType.SQS), { context });
}
