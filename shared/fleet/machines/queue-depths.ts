import type { StageConfig } from "../../config.ts";
import type { JobQueues, Log, QueueDepth } from "../../ports.ts";

export type LaneDepths = Readonly<Record<"fast" | "standard", QueueDepth>>;

/** By model, as SQS counts. One whose queues do not answer is left out, and the others are told. */
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
      log.warn("the depth of a model's queues could not be read", { model: id, error });
      return [];
    }
  };
  return new Map((await Promise.all(models.map(read))).flat());
}

/** Both lanes together. */
export const totalDepth = ({ fast, standard }: LaneDepths): QueueDepth => ({
  visible: fast.visible + standard.visible,
  inFlight: fast.inFlight + standard.inFlight,
});
