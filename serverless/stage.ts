/**
 * What serverless.yml takes from a stage's configuration: plain values, and those resources whose number
 * or shape depends on it. Everything else of the template is YAML beside this file.
 */
import { readFileSync } from "node:fs";
import { ConfigError, parseStageConfig, type StageConfig } from "../shared/config.ts";
import { jobQueues, type JobQueueNames } from "./job-queues.ts";
import { networkResources, subnetNames } from "./network.ts";
import { att, type Resources, sub } from "./template.ts";
import { workerResources } from "./worker.ts";

export interface StageTemplate {
  readonly config: StageConfig;
  readonly jobQueueArns: readonly unknown[];
  readonly environment: Readonly<Record<string, unknown>>;
  readonly subnetArns: readonly unknown[];
  readonly resources: { readonly Resources: Resources };
}

/** The names every part of the template agrees on. */
export const serviceName = "musicgen-batch";

/** Lambda takes 4,096 bytes of environment a function; the rest of ours needs some 700 of them. */
const environmentBytes = 3_400;
/** An SQS address with a long region and the longest name that our queues have in practice. */
const queueUrlBytes = 120;

/** @throws ConfigError when the configuration is too large for a function's environment. */
export function stageTemplate(stage: string, config: StageConfig): StageTemplate {
  const configBytes = Buffer.byteLength(JSON.stringify(config));
  const bytes = configBytes + 2 * queueUrlBytes * config.models.length;
  if (bytes > environmentBytes)
    throw new ConfigError(
      `the configuration of stage ${stage} takes about ${bytes} bytes of a function's environment, at most ${environmentBytes} fit: name fewer models`,
    );
  const queues = jobQueues(`${serviceName}-${stage}`, config.models);
  return {
    config,
    jobQueueArns: queues.names.flatMap(({ fast, standard }) => [att(fast, "Arn"), att(standard, "Arn")]),
    environment: {
      MGB_CONFIG: JSON.stringify(config),
      MGB_JOB_QUEUES: sub(JSON.stringify(queueUrls(queues.names))),
    },
    subnetArns: subnetNames(config.zones).map((name) =>
      sub(`arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:subnet/\${${name}}`),
    ),
    resources: {
      Resources: {
        ...networkResources(stage, config.zones),
        ...queues.resources,
        ...workerResources(stage, config, queues.names),
      },
    },
  };
}

/** By model id; each URL is a reference that CloudFormation fills in. */
function queueUrls(names: readonly JobQueueNames[]): Record<string, { fast: string; standard: string }> {
  return Object.fromEntries(
    names.map(({ model, fast, standard }) => [model, { fast: `\${${fast}}`, standard: `\${${standard}}` }]),
  );
}

/** What osls hands over of its command line. */
export interface DeployOptions {
  readonly stage?: string;
  readonly param?: readonly string[];
}

/**
 * Reads `config/<stage>.json`, or the file that `--param config=<path>` names.
 * @throws ConfigError naming every mistake with its path, before anything is packaged.
 */
export function stageFromOptions(options: DeployOptions): StageTemplate {
  const stage = options.stage ?? "local";
  const named = options.param?.find((entry) => entry.startsWith("config="));
  const path = named === undefined ? `config/${stage}.json` : named.slice("config=".length);
  return stageTemplate(stage, parseStageConfig(readFileSync(path, "utf8"), path));
}
