/** A queue for each tier of each model of the stage. A worker is launched for one model. */
import { byTier, type ByTier, tiers } from "../../shared/contract/tiers.ts";
import type { ModelConfig } from "../../shared/config.ts";
import { modelSlug, queueName } from "../names.ts";
import { att, type Resource, type Resources } from "./template.ts";

/** Logical names in the template. */
export interface JobQueueNames extends ByTier<string> {
  readonly model: string;
}

export function jobQueues(
  stage: string,
  models: readonly Pick<ModelConfig, "id">[],
): { readonly names: readonly JobQueueNames[]; readonly resources: Resources } {
  const names = models.map(({ id }) => {
    const logical = logicalName(id);
    return { model: id, ...byTier((tier) => `${prefixes[tier]}${logical}`) };
  });
  const resources = names.flatMap((own) =>
    tiers.map((tier) => [own[tier], queue(queueName(stage, tier, own.model))] as const),
  );
  return { names, resources: Object.fromEntries(resources) };
}

/** References that CloudFormation fills in. */
export const urlsOf = (names: ByTier<string>): ByTier<string> => byTier((tier) => `\${${names[tier]}}`);

const prefixes = { fast: "JobsFast", standard: "Jobs", bulk: "JobsBulk" } as const;

const logicalName = (model: string): string =>
  modelSlug(model)
    .split("-")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

function queue(name: string): Resource {
  return {
    Type: "AWS::SQS::Queue",
    Properties: {
      QueueName: name,
      MessageRetentionPeriod: 14 * 24 * 3600,
      SqsManagedSseEnabled: true,
      // High, because a receive is not a failure: interruptions return a message too. Attempts are counted in S3.
      RedrivePolicy: { deadLetterTargetArn: att("JobsDeadLetters", "Arn"), maxReceiveCount: 100 },
    },
  };
}
