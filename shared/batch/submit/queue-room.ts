/** How many items are queued, against the stage's limit. */
import { lanes } from "../../contract/lanes.ts";
import type { StageConfig } from "../../config.ts";
import type { JobQueues } from "../../ports.ts";

/** SQS's counts may be wrong for about a minute, so this is a guard and not an exact limit. */
export async function queuedMessages(
  jobQueues: JobQueues,
  { models }: Pick<StageConfig, "models">,
): Promise<number> {
  const queues = models.flatMap(({ id }) => lanes.map((lane) => jobQueues.of(id, lane)));
  const depths = await Promise.all(queues.map((queue) => queue.depth()));
  return depths.reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
}
