/** How many messages wait for each model. */
import type { StageConfig } from "../../config.ts";
import type { JobQueues, Log, QueueDepth } from "../../ports.ts";

export type LaneDepths = Readonly<Record<"fast" | "standard", QueueDepth>>;

/** By model, as SQS counts them. If one model's queues do not answer, that model is left out. */
export async function queueDepths(
  { models }: Pick<StageConfig, "models">,
  { jobQueues, log }: { readonly jobQueues: JobQueues; readonly log: Log },
): Promise<ReadonlyMap<string, LaneDepths>> {
  const read = async ({ id }: { readonly id: string }): Promise<[string, LaneDepths][]> => {
    try {
      const [fast, standard] = await Promise.all([
        jobQueues.of(id, "fast").depth(),
        jobQueues.of(id, "standard").depth(),
      ]);
      return [[id, { fast, standard }]];
    } catch (error) {
      log.warn("could not read the queue depths of a model", { model: id, error });
      return [];
    }
  };
  return new Map((await Promise.all(models.map(read))).flat());
}

/** Both queues added up. */
export const totalDepth = ({ fast, standard }: LaneDepths): QueueDepth => ({
  visible: fast.visible + standard.visible,
  inFlight: fast.inFlight + standard.inFlight,
});
