/** Reads the dead-letter queue. */
import type { AttemptLimits } from "../progress/attempts.ts";
import type { DeliveryPorts } from "../queue/deliver.ts";
import { redrive } from "./redrive.ts";

/** Ten receives of ten messages each: a tick has other work too. */
const receives = 10;
/** A letter that could not be handled becomes visible again after this time, for a later tick. */
const visibilitySeconds = 180;

/**
 * Handles messages that were received too often. The tick reads the queue's count once a minute. An event source would
 * poll it fifteen times a minute, for messages that hardly ever come.
 * @param untilMs nothing more is received after this time
 */
export async function redriveDeadLetters(
  ports: DeliveryPorts,
  limits: AttemptLimits,
  untilMs: number,
): Promise<void> {
  const { deadLetters } = ports.jobQueues;
  const { visible } = await deadLetters.depth();
  if (visible === 0) return;
  for (let receive = 0; receive < receives && ports.clock.nowMs() < untilMs; receive += 1) {
    const letters = await deadLetters.receive({ max: 10, waitSeconds: 0, visibilitySeconds });
    if (letters.length === 0) return;
    for (const letter of letters) {
      try {
        const outcome = await redrive(letter, ports, limits);
        await deadLetters.delete([letter.receiptHandle]);
        ports.log.warn("handled a message that was received too often", { messageId: letter.id, outcome });
      } catch (error) {
        ports.log.error("could not handle a dead letter; a later tick tries again", {
          messageId: letter.id,
          error,
        });
      }
    }
  }
}
