/**
 * Builds a function's ports from its configuration. Each port has its own maker, so that a function without a fleet has
 * no EC2 client in its bundle.
 */
import type { RuntimeConfig } from "../config.ts";
import type {
  Clock,
  ComputeFleet,
  Expander,
  JobQueue,
  JobQueues,
  LauncherTrigger,
  Log,
  ObjectStore,
  SpotPrices,
} from "../ports.ts";
import type { StoreClock } from "../system/store-clock.ts";
import { systemClock } from "../system/system-clock.ts";
import { systemRandom } from "../system/system-random.ts";
import { ec2Client, lambdaClient, s3Client, sqsClient } from "./clients.ts";
import { Ec2Fleet } from "./ec2/fleet.ts";
import { Ec2SpotPrices } from "./ec2/spot-prices.ts";
import { LambdaExpander } from "./lambda-expander.ts";
import { LambdaLauncherTrigger } from "./lambda-launcher-trigger.ts";
import { S3Store } from "./s3/store.ts";
import { SqsJobQueues } from "./sqs/job-queues.ts";
import { SqsQueue } from "./sqs/queue.ts";

const real = { clock: systemClock, random: systemRandom };

/** @param clock the program's own clock; the store's answers set it */
export const bucketOf = (region: string, bucket: string, clock: StoreClock): ObjectStore =>
  new S3Store({ client: s3Client(region), bucket, clock, random: systemRandom });

export const storeOf = (config: RuntimeConfig, clock: StoreClock): ObjectStore =>
  bucketOf(config.settings.region, config.bucket, clock);

export function jobQueuesOf(config: RuntimeConfig): JobQueues {
  const client = sqsClient(config.settings.region);
  return new SqsJobQueues(
    config.jobQueues,
    config.deadLettersQueue,
    (url) => new SqsQueue({ ...real, client, url }),
  );
}

export const webhooksOf = (config: RuntimeConfig): JobQueue =>
  new SqsQueue({ ...real, client: sqsClient(config.settings.region), url: config.webhooksQueue });

export function fleetOf(config: RuntimeConfig, clock: Clock, log: Log): ComputeFleet {
  const { region, network } = config.settings;
  return new Ec2Fleet({
    client: ec2Client(region),
    stage: config.stage,
    launchTemplateId: config.launchTemplateId,
    subnetIds: network && Object.values(network.subnets),
    clock,
    log,
  });
}

export const spotPricesOf = (config: RuntimeConfig): SpotPrices =>
  new Ec2SpotPrices(ec2Client(config.settings.region));

export const launcherOf = (config: RuntimeConfig): LauncherTrigger =>
  new LambdaLauncherTrigger({
    client: lambdaClient(config.settings.region),
    functionName: config.launchFunction,
  });

export const expanderOf = (config: RuntimeConfig): Expander =>
  new LambdaExpander({
    client: lambdaClient(config.settings.region),
    functionName: config.expandFunction,
  });
