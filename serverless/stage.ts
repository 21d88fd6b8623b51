/**
 * What serverless.yml takes from a stage's configuration: plain values, and the resources whose number or shape depends
 * on it. The rest of the template is YAML beside this file.
 */
import { readFileSync } from "node:fs";
import { ConfigError, parseStageConfig, type StageConfig } from "../shared/config.ts";
import { byTier, type ByTier, tiers } from "../shared/contract/tiers.ts";
import { tagNames } from "../shared/contract/worker-config.ts";
import { factsOf, memoryNeededGb } from "../shared/contract/machine-types.ts";
import { jobQueues, type JobQueueNames, urlsOf } from "./resources/job-queues.ts";
import { asksTheAccount, zonesHint } from "./zones-hint.ts";
import { nameFaults, queueName, workerRoleName } from "./names.ts";
import { networkResources, subnetName } from "./resources/network.ts";
import { httpApiStage } from "./resources/route-limits.ts";
import { att, ref, type Resources, sub } from "./resources/template.ts";
import { watchResources } from "./resources/watch.ts";
import { workerResources } from "./resources/worker.ts";

export interface StageTemplate {
  readonly config: StageConfig;
  readonly jobQueueArns: readonly unknown[];
  readonly environment: Readonly<Record<string, unknown>>;
  readonly instanceTypes: readonly string[];
  readonly subnetArns: readonly unknown[];
  /** The resources that a launch names besides the template: subnets, and the key pair if ssh is configured. */
  readonly runArns: readonly unknown[];
  readonly workerRoleName: string;
  /** CloudFormation passes them on to every resource that can have tags. */
  readonly stackTags: Readonly<Record<string, string>>;
  /** For cloud stages only: who gets its alarms, its metrics and its dashboard. */
  readonly alertResources: { readonly Resources: Resources };
  readonly httpApiStage: typeof httpApiStage;
  readonly resources: { readonly Resources: Resources };
}

/** Lambda allows 4,096 bytes of environment for a function; our other variables need about 900 of them. */
const environmentBytes = 3_190;
/** The length of a queue's URL without the region and the queue's name, in the longest of AWS's partitions. */
const queueUrlBytes = "https://sqs..amazonaws.com.cn/123456789012/".length;

/** @throws ConfigError when AWS would refuse a name, or the configuration is too large for a function's environment */
export function stageTemplate(stage: string, config: StageConfig): StageTemplate {
  refuseFaults(stage, config);
  const queues = jobQueues(stage, config.models);
  const subnetArns = config.zones.map((zone) =>
    ec2Arn(`subnet/${config.network?.subnets[zone] ?? `\${${subnetName(zone)}}`}`),
  );
  return {
    config,
    jobQueueArns: queues.names.flatMap((own) => tiers.map((tier) => att(own[tier], "Arn"))),
    environment: {
      MGB_CONFIG: JSON.stringify(config),
      MGB_JOB_QUEUES: sub(JSON.stringify(queueUrls(queues.names))),
    },
    instanceTypes: config.instance_types.map(({ type }) => type),
    subnetArns,
    runArns:
      config.ssh === undefined ? subnetArns : [...subnetArns, ec2Arn(`key-pair/${config.ssh.key_pair}`)],
    workerRoleName: workerRoleName(stage),
    // By the stage's own, the bill can be filtered.
    stackTags: { ...config.tags, [tagNames.stage]: stage },
    alertResources: {
      Resources: { ...alertSubscription(config.alert_email), ...watchResources(stage, config) },
    },
    httpApiStage,
    resources: {
      Resources: {
        ...(config.network === undefined ? networkResources(stage, config.zones) : {}),
        ...queues.resources,
        ...workerResources(stage, config, queues.names),
      },
    },
  };
}

function refuseFaults(stage: string, config: StageConfig): void {
  const faults = [
    ...nameFaults(stage, config),
    ...environmentFaults(stage, config),
    ...webhookFaults(stage, config),
    ...memoryFaults(config),
  ];
  if (faults.length > 0)
    throw new ConfigError(
      `stage ${stage} cannot be deployed; mistakes (${faults.length}):\n  ${faults.join("\n  ")}`,
    );
}

/** In a cloud, plain http and private addresses would lead into the functions' own network. */
const webhookFaults = (stage: string, { insecure_webhooks }: StageConfig): string[] =>
  insecure_webhooks && stage !== "local"
    ? ["insecure_webhooks is for the embedded cloud (stage local) only: leave it out"]
    : [];

/** A worker would start, fail to load its model, and cost a boot each time. */
const memoryFaults = ({ instance_types, models }: StageConfig): string[] =>
  instance_types.flatMap(({ type }) =>
    models.flatMap(({ id, source }) => {
      const [has, needs] = [factsOf(type)?.gpuMemoryGb, memoryNeededGb(source) ?? memoryNeededGb(id)];
      return has === undefined || needs === null || has >= needs
        ? []
        : [`${type} has ${has} GB of GPU memory, and ${id} needs about ${needs}: name another type`];
    }),
  );

function environmentFaults(stage: string, config: StageConfig): string[] {
  const urls = config.models.flatMap(({ id }) =>
    tiers.map((tier) => queueUrlBytes + config.region.length + queueName(stage, tier, id).length),
  );
  const ids = config.models.map(({ id }) => JSON.stringify({ [id]: byTier(() => "") }).length);
  const bytes = [Buffer.byteLength(JSON.stringify(config)), ...urls, ...ids].reduce((a, b) => a + b);
  if (bytes <= environmentBytes) return [];
  return [
    `the configuration takes ${bytes} bytes of a function's environment, at most ${environmentBytes} fit: name fewer models or tags`,
  ];
}

const alertSubscription = (address: string | undefined): Resources =>
  address === undefined
    ? {}
    : {
        AlertsByMail: {
          Type: "AWS::SNS::Subscription",
          Properties: { TopicArn: ref("Alerts"), Protocol: "email", Endpoint: address },
        },
      };

const ec2Arn = (resource: string): unknown =>
  sub(`arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

/** By model id. Each URL is a reference that CloudFormation fills in. */
const queueUrls = (names: readonly JobQueueNames[]): Record<string, ByTier<string>> =>
  Object.fromEntries(names.map((own) => [own.model, urlsOf(own)]));

/** The command-line options that osls passes on. */
export interface DeployOptions {
  readonly stage?: string;
  readonly param?: readonly string[];
}

/**
 * Reads `config/<stage>.json`, or the file that `--param config=<path>` names.
 * @throws ConfigError with every mistake and its path, before anything is packaged
 */
export async function stageFromOptions(options: DeployOptions): Promise<StageTemplate> {
  const stage = options.stage ?? "local";
  const named = options.param?.find((entry) => entry.startsWith("config="));
  const path = named === undefined ? `config/${stage}.json` : named.slice("config=".length);
  const text = readFileSync(path, "utf8");
  try {
    return stageTemplate(stage, parseStageConfig(text, path));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const hint = await zonesHint(text, asksTheAccount);
    throw hint === null ? error : new ConfigError(`${error.message}\n${hint}`, { cause: error });
  }
}
