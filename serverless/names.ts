/** Names that are derived from a stage's name and its models' ids, and AWS's limits on their length. */
import type { Tier } from "../shared/contract/tiers.ts";
import type { ModelConfig, StageConfig } from "../shared/config.ts";

export const serviceName = "musicgen-batch";
export const workerRoleName = (stage: string): string => `musicgen-worker-role-${stage}`;

/** The model's id, reduced to the characters that a queue's name may have. */
export const modelSlug = (model: string): string =>
  model
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
export const queueName = (stage: string, tier: Tier, model: string): string =>
  `${serviceName}-${stage}-${queueOfTier[tier]}-${modelSlug(model)}`;
const queueOfTier = { fast: "jobs-fast", standard: "jobs", bulk: "jobs-bulk" } as const;

interface Derived {
  readonly of: string;
  readonly name: string;
  readonly max: number;
  readonly remedy: string;
}

/** The function in serverless.yml with the longest name. */
const longestFunction = "authorize";

function derivedNames(stage: string, { region, models }: Pick<StageConfig, "region" | "models">): Derived[] {
  const own = `${serviceName}-${stage}`;
  const remedy = "take a shorter name for the stage";
  return [
    { of: "a function", name: `${own}-${longestFunction}`, max: 64, remedy },
    // osls appends "-lambdaRole" if that still fits.
    { of: "a function's role", name: `${own}-${longestFunction}-${region}`, max: 64, remedy },
    { of: "an event rule", name: `${own}-reap-rule-2`, max: 64, remedy },
    { of: "the workers' role", name: workerRoleName(stage), max: 64, remedy },
    ...models.map(({ id }) => ({
      of: "a queue",
      name: queueName(stage, "fast", id),
      max: 80,
      remedy: `take a shorter id for the model ${id}`,
    })),
  ];
}

/** Resource names of a stage that AWS would refuse, and names that two resources would share. */
export function nameFaults(stage: string, config: Pick<StageConfig, "region" | "models">): string[] {
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(stage))
    return [
      `the stage's name '${stage}' becomes part of AWS's own names: it must be lowercase letters, digits and hyphens, begin with a letter and not end in a hyphen`,
    ];
  const long = derivedNames(stage, config).filter(({ name, max }) => name.length > max);
  return [
    ...long.map(
      ({ of, name, max, remedy }) =>
        `the name of ${of} would be ${name} with ${name.length} characters, AWS takes ${max}: ${remedy}`,
    ),
    ...modelFaults(config.models),
  ];
}

function modelFaults(models: readonly Pick<ModelConfig, "id">[]): string[] {
  const nameless = models.filter(({ id }) => modelSlug(id) === "");
  const bySlug = Map.groupBy(models, ({ id }) => modelSlug(id));
  return [
    ...nameless.map(({ id }) => `the model's id '${id}' has no letter or digit to name its queues by`),
    ...[...bySlug.values()]
      .filter((sharing) => sharing.length > 1)
      .map((sharing) => `the models ${sharing.map(({ id }) => id).join(" and ")} would share their queues`),
  ];
}
