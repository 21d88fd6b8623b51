/** The configuration, parsed once: a stage's file (`config/<stage>.json`) and what the stack adds to it. */
import { z } from "zod";
import {
  amiIdSchema,
  bucketNameSchema,
  deviceNameSchema,
  instanceTypeSchema,
  keyPairNameSchema,
  logRetentionDaysSchema,
  regionSchema,
  sshRangeSchema,
  zonesElsewhere,
  zonesSchema,
} from "./contract/aws-names.ts";
import { laneUrlsSchema, type ByLane } from "./contract/lanes.ts";
import { limits, speeds } from "./contract/api/parameters.ts";

const modelConfigSchema = z.strictObject({
  id: z.string().min(1),
  /** Always shown to users. */
  display_name: z.string().min(1),
  /** A Hugging Face id, or a folder on the worker. */
  source: z.string().min(1),
  /** The licence of the weights, not of this software. */
  licence: z.string().min(1),
  /** A guess, until workers have measured it: seconds of audio made in one second with all slots busy. */
  audio_seconds_per_gpu_second: z.number().positive(),
  max_duration_seconds: z.number().positive().max(limits.durationSeconds),
});
export type ModelConfig = z.infer<typeof modelConfigSchema>;

const speedConfigSchema = z.strictObject({
  target_seconds: z.number().positive(),
  /** How much of the slack before a deadline the launcher may wait, from 0 (no wait) to 1. */
  slack_share: z.number().min(0).max(1),
});

const fieldsSchema = z.strictObject({
  region: regionSchema,
  bucket: bucketNameSchema,
  ami_id: amiIdSchema,
  /**
   * The device name of the image's root volume: `/dev/sda1` in Ubuntu's images, `/dev/xvda` in Amazon's own. With
   * another name, the template's disk would be a second, empty one.
   */
  root_device: deviceNameSchema.default("/dev/sda1"),
  /**
   * `image`: the image contains the worker. `s3`: the image does not; the machine installs the worker from the package
   * that `npm run ami -- package` uploaded to the bucket and noted here.
   */
  bootstrap: z
    .discriminatedUnion("source", [
      z.strictObject({ source: z.literal("image") }),
      z.strictObject({
        source: z.literal("s3"),
        version: z.string().regex(/^[0-9a-f]{16}$/, "must be a worker package's version"),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be a worker package's SHA-256"),
      }),
    ])
    .default({ source: "image" }),
  instance_type: instanceTypeSchema.default("g4dn.xlarge"),
  /** EC2 accepts bids of 0.001 USD and more. */
  max_spot_price_usd: z.number().min(0.001).default(0.4),
  /**
   * `gate`: no price is bid, because a bid causes more interruptions. The cap decides where machines are launched, and
   * which ones leave. `bid`: EC2 is told the cap too, and takes a machine whose price rises over it (free of charge
   * within its first hour).
   */
  max_price_mode: z.enum(["gate", "bid"]).default("gate"),
  /**
   * A machine leaves when its zone has been over the cap for this long without a break. So short price peaks drain no
   * machine, and a machine lives long enough to be worth its boot.
   */
  over_price_seconds: z.number().positive().default(600),
  /**
   * The price of the type on demand in the region, for an hour: spot is never bought above it. The default is
   * g4dn.xlarge in us-east-1.
   */
  on_demand_price_usd: z.number().positive().default(0.526),
  /** The root volume of each machine: gp3, at least as large as the image's own. The price is us-east-1's. */
  volume: z
    .strictObject({
      size_gb: z.int().min(1).max(16_384).default(60),
      usd_per_gb_month: z.number().min(0).default(0.08),
    })
    .prefault({}),
  /** An hour of the public address that each machine has; it is the same in every region. */
  public_ipv4_usd_per_hour: z.number().min(0).default(0.005),
  /**
   * What happens when EC2 recommends a rebalance of a spot machine, which it may take back soon, or never. `note`: for
   * a while its zone is asked for machines only if no other zone can be. `drain`: the machine leaves as well, one in
   * ten minutes.
   */
  rebalance: z.enum(["note", "drain"]).default("note"),
  /** Absent: off. If present, machines are bought on demand when spot has none and a deadline would be missed. */
  rescue: z.strictObject({ max_instances: z.int().positive() }).optional(),
  /** Availability zones to launch into, by name: each is a pool of its own. */
  zones: zonesSchema,
  /** Opens port 22 to this address range. Absent: no key pair and no inbound rule. */
  ssh: z.strictObject({ key_pair: keyPairNameSchema, cidr: sshRangeSchema }).optional(),
  models: z.array(modelConfigSchema).min(1),
  limits: z.strictObject({
    max_instances: z.int().min(0).default(4),
    queued_items: z.int().positive().default(100_000),
    /** Batches with open items, of all owners together and of each owner. Every one of them is read each minute. */
    active_batches: z.int().positive().default(1000),
    active_batches_per_owner: z.int().positive().default(500),
    /**
     * How many `GET /v1/batches/{id}?wait=…` may wait at once. Each occupies a function, and a new AWS account may run
     * only ten.
     */
    waiting_requests: z.int().min(0).default(4),
  }),
  budgets: z.strictObject({
    day_usd: z.number().positive(),
    month_usd: z.number().positive(),
  }),
  speeds: z.strictObject({
    fast: speedConfigSchema.default({ target_seconds: 300, slack_share: 0 }),
    standard: speedConfigSchema.default({ target_seconds: 900, slack_share: 1 }),
    economy: speedConfigSchema.default({ target_seconds: 3600, slack_share: 1 }),
  }),
  default_speed: z.enum(speeds).default("standard"),
  worker: z.strictObject({
    /** SQS counts in whole seconds, and hides a message for at most 12 hours. */
    visibility_seconds: z.int().min(1).max(43_200).default(120),
    heartbeat_seconds: z.number().positive().default(15),
    interruption_poll_seconds: z.number().positive().default(5),
    idle_exit_seconds: z.number().min(0).default(0),
    max_lifetime_seconds: z
      .number()
      .positive()
      .default(6 * 3600),
    /** A guess at the time from the launch call to ready. */
    boot_seconds: z.number().positive().default(215),
    /** A machine that is not ready by then is broken. */
    boot_deadline_seconds: z.number().positive().default(900),
    /** A machine without a heartbeat for this long is dead. */
    heartbeat_deadline_seconds: z.number().positive().default(120),
    /**
     * EC2 does not bill a spot machine that it takes within its first hour, but bills one that ends itself. So an
     * interrupted worker with nothing left in hand waits to be taken. False: it leaves at once.
     */
    waits_to_be_taken: z.boolean().default(true),
    max_failures_per_item: z.int().positive().default(3),
    max_interruptions_per_item: z.int().positive().default(20),
  }),
  /**
   * Gets the alarms and the budget's notices, once its owner has confirmed the mail that AWS sends. Absent: nobody gets
   * them.
   */
  alert_email: z.email("must be one mail address").optional(),
  /**
   * Webhooks may go to plain http and to private addresses too. For the embedded cloud alone: a cloud stage with it is
   * not deployed.
   */
  insecure_webhooks: z.boolean().default(false),
  log_retention_days: logRetentionDaysSchema.default(30),
});

/** A stage's file. Money is in USD, times are in seconds. Unknown names are refused. */
export const stageConfigSchema = fieldsSchema.superRefine(({ region, zones }, context) => {
  for (const zone of zonesElsewhere(region, zones))
    context.addIssue({ code: "custom", path: ["zones"], message: `${zone} is not in ${region}` });
});
export type StageConfig = z.infer<typeof stageConfigSchema>;

/** The configuration does not fit its schema; the message lists every mistake with its path. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** @param source the name of the text in the message, such as `config/prod.json` */
export function parseStageConfig(text: string, source: string): StageConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${source} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = stageConfigSchema.safeParse(json);
  if (parsed.success) return Object.freeze(parsed.data);
  const mistakes = parsed.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "(root)"}: ${issue.message}`,
  );
  throw new ConfigError(`${source} has mistakes (${mistakes.length}):\n${mistakes.join("\n")}`);
}

/** What serverless.yml puts into every function's environment. */
const environmentSchema = z.object({
  MGB_STAGE: z.string().min(1),
  MGB_BUCKET: z.string().min(1),
  /** The stage's file as it was at the deploy, as JSON. */
  MGB_CONFIG: z.string().min(1),
  /** By model id: `{"<id>": {"fast": url, "standard": url, "bulk": url}}`. */
  MGB_JOB_QUEUES: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), laneUrlsSchema)),
  MGB_DEAD_LETTERS_QUEUE: z.url(),
  MGB_WEBHOOKS_QUEUE: z.url(),
  MGB_LAUNCH_TEMPLATE: z.string().min(1),
  MGB_LAUNCH_FUNCTION: z.string().min(1),
  MGB_EXPAND_FUNCTION: z.string().min(1),
});

export interface RuntimeConfig {
  readonly stage: string;
  readonly bucket: string;
  readonly jobQueues: Readonly<Record<string, ByLane<string>>>;
  readonly deadLettersQueue: string;
  readonly webhooksQueue: string;
  readonly launchTemplateId: string;
  readonly launchFunction: string;
  readonly expandFunction: string;
  readonly settings: StageConfig;
}

/** @throws ConfigError that names every missing or wrong variable */
export function runtimeConfigFrom(environment: Readonly<Record<string, string | undefined>>): RuntimeConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(
      `the function's environment has mistakes (${mistakes.length}):\n${mistakes.join("\n")}`,
    );
  }
  const values = parsed.data;
  return Object.freeze({
    stage: values.MGB_STAGE,
    bucket: values.MGB_BUCKET,
    jobQueues: values.MGB_JOB_QUEUES,
    deadLettersQueue: values.MGB_DEAD_LETTERS_QUEUE,
    webhooksQueue: values.MGB_WEBHOOKS_QUEUE,
    launchTemplateId: values.MGB_LAUNCH_TEMPLATE,
    launchFunction: values.MGB_LAUNCH_FUNCTION,
    expandFunction: values.MGB_EXPAND_FUNCTION,
    settings: parseStageConfig(values.MGB_CONFIG, "MGB_CONFIG"),
  });
}
