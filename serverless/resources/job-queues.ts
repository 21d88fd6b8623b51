/**
 * Two queues for each model of the stage. A worker is launched for one model, and always empties its `fast` queue
 * first.
 */
import type { ModelConfig } from "../../shared/config.ts";
import { modelSlug, queueName } from "../names.ts";
import { att, type Resource, type Resources } from "./template.ts";

/** Logical names in the template. */
export interface JobQueueNames {
  readonly model: string;
  readonly fast: string;
  readonly standard: string;
}

export function jobQueues(
  stage: string,
  models: readonly Pick<ModelConfig, "id">[],
): { readonly names: readonly JobQueueNames[]; readonly resources: Resources } {
  const names = models.map(({ id }) => {
    const logical = logicalName(id);
    return { model: id, fast: `JobsFast${logical}`, standard: `Jobs${logical}` };
  });
  const resources = names.flatMap(({ model, fast, standard }) => [
    [standard, queue(queueName(stage, "jobs", model))] as const,
    [fast, queue(queueName(stage, "jobs-fast", model))] as const,
  ]);
  return { names, resources: Object.fromEntries(resources) };
}

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
