/** The configuration, parsed once: a stage's file (`config/<stage>.json`) and what the stack adds to it. */
import * as z from "zod";
import {
  amiIdSchema,
  bucketNameSchema,
  deviceNameSchema,
  extraTagsSchema,
  instanceTypeSchema,
  keyPairNameSchema,
  kmsKeyArnSchema,
  logRetentionDaysSchema,
  policyArnSchema,
  regionOfArn,
  regionSchema,
  sshRangeSchema,
  subnetIdSchema,
  vpcIdSchema,
  zonesElsewhere,
  zonesSchema,
} from "./contract/aws-names.ts";
import { tierUrlsSchema, type ByTier } from "./contract/tiers.ts";
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
  /** False: its clips continue each other only, and no audio file, as with the demo model. Absent: true. */
  encodes_audio: z.boolean().optional(),
});
export type ModelConfig = z.infer<typeof modelConfigSchema>;

const speedConfigSchema = z.strictObject({
  target_seconds: z.number().positive(),
  /** How much of the slack before a deadline the launcher may wait, from 0 (no wait) to 1. */
  slack_share: z.number().min(0).max(1),
});

/** EC2 accepts bids of 0.001 USD and more. */
const spotPriceSchema = z.number().min(0.001);

const machineTypeSchema = z.strictObject({
  type: instanceTypeSchema,
  /** No spot machine of the type is bought above this price. */
  max_spot_price_usd: spotPriceSchema,
  /** The price of the type on demand in the region, for an hour: spot is never bought above it. */
  on_demand_price_usd: z.number().positive(),
  /**
   * By model: a guess at the type's pace, until its machines have measured it. Without one, the model's own guess is
   * used, scaled by memory bandwidth.
   */
  audio_seconds_per_gpu_second: z.record(z.string(), z.number().positive()).default({}),
});
export type MachineType = z.infer<typeof machineTypeSchema>;

const mostTypes = 4;
/** Prices are those of us-east-1. */
const defaultType = {
  type: "g4dn.xlarge",
  max_spot_price_usd: 0.4,
  on_demand_price_usd: 0.526,
  audio_seconds_per_gpu_second: {},
};

/**
 * Everybody who may see the machine's user data sees it, and the machine has no key: so no user, no password, nothing
 * that a shell would take for more than text, and port 443 alone.
 */
const repositorySchema = z
  .string()
  .max(200)
  .regex(
    /^https:\/\/([A-Za-z0-9-]+\.)+[A-Za-z]{2,}(\/[A-Za-z0-9~_][A-Za-z0-9._-]*)+\/?$/,
    "must be the https address of a repository that everybody may read, without user, password and port, such as https://github.com/ada/musicgen-batch.git",
  );

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
   * that `npm run mgb -- ami package` uploaded to the bucket and noted here. `git`: it does not either; the machine
   * makes and installs the worker of that commit.
   */
  bootstrap: z
    .discriminatedUnion("source", [
      z.strictObject({ source: z.literal("image") }),
      z.strictObject({
        source: z.literal("s3"),
        version: z.string().regex(/^[0-9a-f]{16}$/, "must be a worker package's version"),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be a worker package's SHA-256"),
      }),
      z.strictObject({
        source: z.literal("git"),
        repository: repositorySchema,
        commit: z.string().regex(/^[0-9a-f]{40}$/, "must be a commit's whole id (git rev-parse HEAD)"),
      }),
    ])
    .default({ source: "image" }),
  /** The one machine type of the stage; with several, `instance_types` names them instead of these three. */
  instance_type: instanceTypeSchema.optional(),
  max_spot_price_usd: spotPriceSchema.optional(),
  on_demand_price_usd: z.number().positive().optional(),
  /** Machines are bought of the type whose second of audio costs least. */
  instance_types: z.array(machineTypeSchema).min(1).max(mostTypes).optional(),
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
  /** The root volume of each machine: gp3, at least as large as the image's own. The price is us-east-1's. */
  volume: z
    .strictObject({
      size_gb: z.int().min(1).max(16_384).default(60),
      /**
       * How fast EC2 loads the image's blocks into a new volume, for which it charges by the gigabyte of the snapshot.
       * Absent: for free, as fast as it can then, and each block no later than when it is read first.
       */
      initialization_mib_per_second: z.int().min(100).max(300).optional(),
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
  /**
   * A network that is there already. Its subnets must let machines reach AWS by HTTPS; one of them in each zone.
   * Absent: the stack makes its own.
   */
  network: z.strictObject({ vpc_id: vpcIdSchema, subnets: z.record(z.string(), subnetIdSchema) }).optional(),
  /**
   * A key of the customer's own for the bucket, the queues and the volumes, and with `logs` for the logs too, which the
   * key's policy must let CloudWatch Logs use. Absent: AWS's own keys.
   */
  encryption: z.strictObject({ kms_key_arn: kmsKeyArnSchema, logs: z.boolean().default(false) }).optional(),
  /** A policy that limits every role of the stage. */
  permissions_boundary: policyArnSchema.optional(),
  /** Put on everything that the stage has, machines and volumes too. */
  tags: extraTagsSchema.optional(),
  /** Opens port 22 to this address range. Absent: no key pair and no inbound rule. */
  ssh: z.strictObject({ key_pair: keyPairNameSchema, cidr: sshRangeSchema }).optional(),
  models: z.array(modelConfigSchema).min(1),
  limits: z.strictObject({
    max_instances: z.int().min(0).default(4),
    /**
     * The account's quota of vCPUs for spot machines of all G and VT types together; on-demand machines have one of the
     * same size. Absent: not known, and `max_instances` alone limits them.
     */
    max_vcpus: z.int().positive().optional(),
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

type Fields = z.infer<typeof fieldsSchema>;
type Context = z.core.$RefinementCtx<Fields>;

/** Fields that speak of the stage's only type. */
const ofOneType = ["instance_type", "max_spot_price_usd", "on_demand_price_usd"] as const;

function refuseWrongTypes(fields: Fields, context: Context): void {
  const types = fields.instance_types ?? [];
  const refuse = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: "custom", path, message });
  };
  for (const name of types.length === 0 ? [] : ofOneType)
    if (fields[name] !== undefined) refuse([name], "leave it out: instance_types says it for each type");
  for (const [place, { type, audio_seconds_per_gpu_second: paces }] of types.entries()) {
    if (types.findIndex((other) => other.type === type) < place)
      refuse(["instance_types", place, "type"], `names ${type} twice`);
    for (const model of Object.keys(paces))
      if (!fields.models.some(({ id }) => id === model))
        refuse(["instance_types", place, "audio_seconds_per_gpu_second"], `${model} is none of the models`);
  }
}

/** Whether one type is configured or several, all that follows goes by the list of types. */
function withTypes({
  instance_type: type = defaultType.type,
  max_spot_price_usd = defaultType.max_spot_price_usd,
  on_demand_price_usd = defaultType.on_demand_price_usd,
  instance_types: several = [],
  ...rest
}: Fields) {
  const [first, ...others] = several;
  const types: readonly [MachineType, ...MachineType[]] =
    first === undefined
      ? [{ ...defaultType, type, max_spot_price_usd, on_demand_price_usd }]
      : [first, ...others];
  return { ...rest, instance_types: types };
}

/** A stage's file. Money is in USD, times are in seconds. Unknown names are refused. */
export const stageConfigSchema = fieldsSchema
  .superRefine((fields, context) => {
    const { region, zones, network, encryption } = fields;
    const refuse = (path: string[], message: string): void => {
      context.addIssue({ code: "custom", path, message });
    };
    for (const zone of zonesElsewhere(region, zones)) refuse(["zones"], `${zone} is not in ${region}`);
    if (network !== undefined)
      for (const fault of subnetFaults(zones, network.subnets)) refuse(["network", "subnets"], fault);
    if (encryption !== undefined && regionOfArn(encryption.kms_key_arn) !== region)
      refuse(["encryption", "kms_key_arn"], `is not in ${region}`);
    refuseWrongTypes(fields, context);
  })
  .transform(withTypes);

function subnetFaults(zones: readonly string[], subnets: Readonly<Record<string, string>>): string[] {
  const ids = Object.values(subnets);
  return [
    ...zones.filter((zone) => subnets[zone] === undefined).map((zone) => `names no subnet for ${zone}`),
    ...Object.keys(subnets)
      .filter((zone) => !zones.includes(zone))
      .map((zone) => `names a subnet for ${zone}, which is not in zones`),
    ...(new Set(ids).size < ids.length ? ["names a subnet twice"] : []),
  ];
}
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
    .pipe(z.record(z.string(), tierUrlsSchema)),
  MGB_DEAD_LETTERS_QUEUE: z.url(),
  MGB_WEBHOOKS_QUEUE: z.url(),
  MGB_LAUNCH_TEMPLATE: z.string().min(1),
  MGB_LAUNCH_FUNCTION: z.string().min(1),
  MGB_EXPAND_FUNCTION: z.string().min(1),
});

export interface RuntimeConfig {
  readonly stage: string;
  readonly bucket: string;
  readonly jobQueues: Readonly<Record<string, ByTier<string>>>;
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
