/** How many messages wait for each model. */
import type { StageConfig } from "../../config.ts";
import { tiers, type ByTier } from "../../contract/tiers.ts";
import { sumBy } from "../../billing/measures/sum.ts";
import type { JobQueues, Log, QueueDepth } from "../../ports.ts";

export type TierDepths = ByTier<QueueDepth>;

/** By model, as SQS counts them. If one model's queues do not answer, that model is left out. */
export async function queueDepths(
  { models }: Pick<StageConfig, "models">,
  { jobQueues, log }: { readonly jobQueues: JobQueues; readonly log: Log },
): Promise<ReadonlyMap<string, TierDepths>> {
  const read = async ({ id }: { readonly id: string }): Promise<[string, TierDepths][]> => {
    try {
      const [fast, standard, bulk] = await Promise.all([
        jobQueues.of(id, "fast").depth(),
        jobQueues.of(id, "standard").depth(),
        jobQueues.of(id, "bulk").depth(),
      ]);
      return [[id, { fast, standard, bulk }]];
    } catch (error) {
      log.warn("could not read the queue depths of a model", { model: id, error });
      return [];
    }
  };
  return new Map((await Promise.all(models.map(read))).flat());
}

/** All queues added up. */
export const totalDepth = (depths: TierDepths): QueueDepth => ({
  visible: sumBy(tiers, (tier) => depths[tier].visible),
  inFlight: sumBy(tiers, (tier) => depths[tier].inFlight),
});
