import type { AttemptLimits } from "../progress/attempts.ts";
import type { ReconcilePorts } from "./reconcile-ports.ts";
import { redrive } from "./redrive.ts";

/** Ten at a time, ten times: a tick has more to do than this. */
const receives = 10;
/** A letter that could not be dealt with comes again after that, in a later tick. */
const visibilitySeconds = 180;

/**
 * Look again at messages that were received too often. The queue is asked how much it holds, once a tick; an event
 * source would ask it fifteen times a minute for a message that hardly ever comes.
 * @param untilMs nothing more is received after that.
 */
export async function redriveDeadLetters(
  ports: ReconcilePorts,
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
        await deadLetters.delete([letter.receipt]);
        ports.log.warn("a message was received too often", { messageId: letter.id, outcome });
      } catch (error) {
        ports.log.error("a dead letter could not be dealt with", { messageId: letter.id, error });
      }
    }
  }
}
