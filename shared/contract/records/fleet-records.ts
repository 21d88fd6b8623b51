/** The fleet's records in the bucket. Every record carries its schema version and is parsed when it is read. */
import * as z from "zod";
import { instanceIdSchema, intentIdSchema, stopIdSchema } from "../ids.ts";
import { startFailureSchema } from "../start-failure.ts";
import { usdSchema } from "./receipt.ts";

const timeSchema = z.iso.datetime();
const version = z.literal(1);
export const markets = ["spot", "on_demand"] as const;
export type Market = (typeof markets)[number];

/**
 * Who or what ended a machine, as EC2 tells it.
 * - `taken_back`: EC2 took a spot machine.
 * - `ec2`: EC2 had no room for it after all, or its own hardware failed.
 * - `api`: a call ended it, ours or a person's.
 * - `itself`: it shut down from within.
 * - `launch_fault`: something that the launch names could not be used, such as a key, a snapshot or a volume limit.
 */
export const endedBys = ["taken_back", "ec2", "api", "itself", "launch_fault"] as const;
export type EndedBy = (typeof endedBys)[number];

/**
 * `fleet/latch.json`: while it is closed, nothing is launched and no submit is accepted. It does not exist before the
 * first stop.
 */
export const latchRecordSchema = z.strictObject({
  v: version,
  closed: z.boolean(),
  /** The stop that closed it last. */
  stop_id: stopIdSchema,
  changed_at: timeSchema,
  changed_by: z.string(),
});
export type LatchRecord = z.infer<typeof latchRecordSchema>;

/** Null: written before a launch could name several types. */
const typeSchema = z.string().nullable().default(null);
const poolOfferSchema = z.strictObject({
  /** Null: the launch's only type. */
  instance_type: typeSchema,
  zone: z.string(),
  subnet_id: z.string(),
  bid_usd_per_hour: z.number().nullable().default(null),
  price_usd_per_hour: z.number(),
  /** When the price came into force, as EC2 tells it; null for a price that does not change. */
  price_since: timeSchema.nullable(),
});
export const launchedInstanceSchema = z.strictObject({
  instance_id: instanceIdSchema,
  instance_type: typeSchema,
  zone: z.string(),
  price_usd_per_hour: z.number(),
});
export const poolErrorSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  zone: z.string().nullable(),
  instance_type: typeSchema,
});

/**
 * `fleet/intents/{id}.json`: a launch, written down before EC2 is asked.
 * - `open`: the outcome is not known. It counts as capacity, and is asked again with the same client token.
 * - `answered`: EC2 said what it did. `instances` may be fewer than `count`, or none; see `errors`.
 * - `abandoned`: given up (the latch closed, or the token is too old).
 */
export const intentRecordSchema = z.strictObject({
  v: version,
  id: intentIdSchema,
  state: z.enum(["open", "answered", "abandoned"]),
  model: z.string(),
  market: z.enum(markets),
  count: z.int().positive(),
  /** The type that the launch was reckoned with: of all that it names, the slowest. */
  instance_type: z.string(),
  pools: z.array(poolOfferSchema).min(1),
  bid_usd_per_hour: z.number().nullable(),
  /** What the account wants on all that the launch makes; absent: nothing. */
  tags: z.record(z.string(), z.string()).optional(),
  client_token: z.string(),
  attempt: z.int().min(1),
  created_at: timeSchema,
  expires_at: timeSchema,
  answered_at: timeSchema.nullable(),
  instances: z.array(launchedInstanceSchema),
  errors: z.array(poolErrorSchema),
});
export type IntentRecord = z.infer<typeof intentRecordSchema>;

/** How a machine has spent its time since it was ready, up to its last heartbeat. Its cost is shared out by this. */
export const timeSpentSchema = z.strictObject({
  /** Time spent making clips, by batch. At each moment the clips in progress share the engine equally. */
  gpu_seconds_by_batch: z.record(z.string(), z.number()),
  /** Time with nothing to make. */
  idle_seconds: z.number(),
  /** Time with nothing to make because EC2 is taking the machine. */
  interrupted_seconds: z.number(),
});
export type TimeSpent = z.infer<typeof timeSpentSchema>;
/** What is charged for a machine besides its hours, as configured at its launch. */
export const extrasSchema = z.strictObject({
  volume_gb: z.number(),
  volume_usd_per_gb_month: z.number(),
  address_usd_per_hour: z.number(),
});
export type Extras = z.infer<typeof extrasSchema>;
const priceSinceSchema = z.strictObject({ since: timeSchema, usd_per_hour: z.number() });

export const workerStates = ["booting", "idle", "busy", "draining", "leaving"] as const;
export type WorkerState = (typeof workerStates)[number];

/** Why a worker drains or leaves, by its own word. */
const leaveReasonSchema = z.enum([
  "idle",
  "interruption",
  "rebalance",
  "price",
  "budget_day",
  "budget_month",
  "max_lifetime",
  "signal",
  "unhealthy",
  "stopped",
]);

const phaseSchema = z.number().min(0).nullable();
/** How long each phase of a machine's boot took, in seconds and in this order; null: not over yet, or not known. */
export const bootPhasesSchema = z.strictObject({
  /** From the kernel's start to the agent's. What is before the kernel, EC2 alone knows. */
  kernel_seconds: phaseSchema,
  /** Until the agent knows who it is. */
  agent_seconds: phaseSchema,
  first_heartbeat_seconds: phaseSchema,
  /** Python, and what it imports. */
  imports_seconds: phaseSchema,
  weights_seconds: phaseSchema,
  /** The engine's trial of its kernels. */
  self_test_seconds: phaseSchema,
});
export type BootPhases = z.infer<typeof bootPhasesSchema>;

/** `fleet/workers/{instance}.json`: the heartbeat. The machine is ready once it has `ready_at`: its model is loaded. */
export const workerRecordSchema = z.strictObject({
  v: version,
  instance_id: instanceIdSchema,
  zone: z.string(),
  model: z.string(),
  state: z.enum(workerStates),
  /** Why it drains or leaves; null while it works. */
  reason: leaveReasonSchema.nullable(),
  /** Why it could not start or continue; null if it can. */
  failure: startFailureSchema.nullable().default(null),
  booted_at: timeSchema,
  /** Null: it does not say. */
  boot: bootPhasesSchema.nullable().default(null),
  ready_at: timeSchema.nullable(),
  heartbeat_at: timeSchema,
  /** When EC2 recommended to rebalance it, by EC2's own time; null if it has not. */
  rebalance_at: timeSchema.nullable().default(null),
  /** Since when it has had nothing to do; null while busy. */
  idle_since: timeSchema.nullable(),
  slots: z.int().min(0),
  /** How many messages for its model it has received; null: it does not say. */
  messages_received: z.int().min(0).nullable().default(null),
  items_running: z.int().min(0),
  items_finished: z.int().min(0),
  audio_seconds_made: z.number(),
  /** The pace of all slots together, measured on the engine's finished clips; null before the first eight. */
  audio_seconds_per_second: z.number().nullable(),
  /** The engine's estimate of its pace at its start, from a trial; null without one. */
  guessed_audio_seconds_per_second: z.number().nullable().default(null),
  ...timeSpentSchema.shape,
});
export type WorkerRecord = z.infer<typeof workerRecordSchema>;

/**
 * `fleet/drains/{instance}.json`: an order to a machine to finish and leave. Its worker looks for it at each heartbeat.
 * Once it is written, the machine does not count as capacity.
 */
const drainOrder = {
  v: version,
  instance_id: instanceIdSchema,
  detail: z.string(),
  ordered_at: timeSchema,
};
export const drainRecordSchema = z.discriminatedUnion("reason", [
  /** Finish what has begun, however long that takes. */
  z.strictObject({ ...drainOrder, reason: z.enum(["price", "rebalance"]) }),
  /**
   * How long a budget pays for, from the moment when the worker reads the order: finish what ends within this time,
   * save the rest.
   */
  z.strictObject({
    ...drainOrder,
    reason: z.enum(["budget_day", "budget_month"]),
    within_seconds: z.number().positive(),
  }),
  /** When EC2 takes the machine. EventBridge told it; the machine's own metadata may not show it. */
  z.strictObject({ ...drainOrder, reason: z.literal("interruption"), ends_at: timeSchema }),
]);
export type DrainRecord = z.infer<typeof drainRecordSchema>;

/**
 * `fleet/pools.json`: what a tick must know of earlier ticks. What EC2 said of each pool is stored under
 * `instanceType/zone`, and forgotten at `until`.
 */
export const poolsRecordSchema = z.strictObject({
  v: version,
  /** The last granted launch. Of overlapping ticks, only the one that replaces it may launch. */
  turn: intentIdSchema.nullable(),
  /** Granted intents whose outcome is open, or whose machines EC2 may not list yet. */
  intents: z.array(intentIdSchema),
  cooling: z.record(
    z.string(),
    z.strictObject({
      until: timeSchema,
      reason: z.enum(["capacity", "interruption", "rebalance", "not_offered", "refused"]),
      code: z.string(),
    }),
  ),
  /** Pools whose machines EC2 is likely to take back. They are asked only if no other pool can be. */
  risky: z.record(z.string(), z.strictObject({ until: timeSchema })).default({}),
  /** The machine that was last told to leave because of such advice; null: none was. */
  rebalance_drained: z
    .strictObject({ instance_id: instanceIdSchema, at: timeSchema })
    .nullable()
    .default(null),
  /** A quota of the AWS account that EC2 reported: nothing is launched in that market until then. */
  quotas: z
    .partialRecord(
      z.enum(markets),
      z.strictObject({
        until: timeSchema,
        detail: z.string(),
        /** Our machines at that moment. When one of them comes closer to its end, there may be room again. */
        machines: z.record(z.string(), z.enum(["there", "ending"])),
      }),
    )
    .default({}),
  breaker: z
    .strictObject({
      until: timeSchema,
      /** Since when EC2 has refused for this reason, without a launch in between. */
      since: timeSchema,
      reason: z.enum(["refused", "not_there_yet"]),
      detail: z.string(),
    })
    .nullable(),
  /** By model, for display: its machines could not start, and its launches paused. */
  failed_starts: z
    .record(
      z.string(),
      z.strictObject({
        until: timeSchema,
        detail: z.string(),
        /** The last of them. */
        instance_id: instanceIdSchema,
        /** The end of its console output; null when that says nothing. */
        console_tail: z.string().nullable(),
      }),
    )
    .default({}),
  /** When an operator last fixed a cause: failed starts before this time no longer count. */
  forgiven_at: timeSchema.nullable().default(null),
});
export type PoolsRecord = z.infer<typeof poolsRecordSchema>;

export const reapReasons = [
  "idle",
  "no_heartbeat",
  "boot_deadline",
  "max_lifetime",
  "draining_done",
  "drain_deadline",
  /** It was told to leave for a budget's sake, and has not left in the time that the budget pays for. */
  "over_budget",
  "orphan",
  "stopped",
] as const;
export type ReapReason = (typeof reapReasons)[number];

/**
 * `fleet/reaper-marks.json`: the first of the reaper's two looks. A marked machine is ended if the reason still holds
 * later.
 */
export const reaperMarksSchema = z.strictObject({
  v: version,
  marks: z.record(z.string(), z.strictObject({ reason: z.enum(reapReasons), at: timeSchema })),
});
export type ReaperMarks = z.infer<typeof reaperMarksSchema>;

/** Why a decision is what it is: the rules that limited a number, or the work that asked for it. */
export const decisionReasons = [
  "work",
  "no_work",
  "covered",
  "booting",
  "max_instances",
  /** The vCPUs that all machine types of a market may have together. */
  "max_vcpus",
  /** Which machine type is bought, and what a minute of audio costs with each. */
  "type",
  "price",
  "no_price",
  "cooling",
  "budget_day",
  "budget_month",
  "budget_batch",
  "quota",
  "breaker",
  "latch",
  /** The queues hold fewer messages than machines would be bought. */
  "few_messages",
  /** Machines started, received no message and left, so no more are bought for now. */
  "no_messages",
  "waiting_for_deadline",
  "rescue",
] as const;
export type DecisionReason = (typeof decisionReasons)[number];

/** `fleet/decisions/{inverted-time}.json` and `fleet/snapshot.json`: what a tick saw and chose, and why. */
export const decisionRecordSchema = z.strictObject({
  v: version,
  at: timeSchema,
  models: z.array(
    z.strictObject({
      model: z.string(),
      /** The machine type that the numbers are reckoned with. */
      instance_type: typeSchema,
      open_items: z.int(),
      open_audio_seconds: z.number(),
      work_seconds: z.number(),
      /** The pace that was used: measured, or else the configuration's guess. */
      audio_seconds_per_second: z.number(),
      boot_seconds: z.number(),
      have: z.int(),
      want: z.int(),
      launch: z.int(),
      launched: z.int(),
      reasons: z.array(z.strictObject({ reason: z.enum(decisionReasons), detail: z.string() })),
    }),
  ),
  /** What EC2 was asked for, and what it answered. */
  launches: z
    .array(
      z.strictObject({
        model: z.string(),
        market: z.enum(markets),
        asked: z.int(),
        /**
         * `refused`: EC2 took no part of it. `open`: its answer is not known, and it is asked again. `latched`: a stop
         * came, so EC2 was not asked or the machines were ended at once.
         */
        answer: z.enum(["answered", "refused", "open", "latched"]),
        instances: z.array(launchedInstanceSchema),
        /** Why a zone gave none, or fewer; null: it is said of no zone. */
        errors: z.array(poolErrorSchema),
      }),
    )
    .default([]),
  /** Machines that were told to leave although there is work. */
  drained: z.array(
    z.strictObject({
      instance_id: instanceIdSchema,
      zone: z.string(),
      reason: z.enum(["price", "budget_day", "budget_month"]),
      detail: z.string(),
    }),
  ),
  /** `since`: when EC2 put the price into force. */
  prices: z.array(
    z.strictObject({
      instance_type: typeSchema,
      zone: z.string(),
      price_usd_per_hour: usdSchema,
      since: timeSchema,
    }),
  ),
  instances: z.record(z.string(), z.int()),
  /** What machines had cost today and this month (UTC) by then, and never less. */
  spent_usd: z.strictObject({ day: z.number(), month: z.number() }),
});
export type DecisionRecord = z.infer<typeof decisionRecordSchema>;

/**
 * `fleet/ledger/{day}.json`: the machines launched on that day (UTC, by the intent), and all that their cost is
 * computed from. The launch's answer begins an entry; the reaper and EC2's events keep it up to date. It is closed some
 * minutes after the machine's end. After that nothing changes it, so receipts made of it stay true.
 */
export const ledgerRecordSchema = z.strictObject({
  v: version,
  day: z.iso.date(),
  instances: z.record(
    z.string(),
    z.strictObject({
      instance_type: typeSchema,
      zone: z.string(),
      market: z.enum(markets),
      /**
       * USD for an hour, with each change that was seen, in the order of time. The first is the price at the launch.
       */
      prices: z.tuple([priceSinceSchema], priceSinceSchema),
      extras: extrasSchema,
      model: z.string().nullable(),
      /** The intent of its launch; null for a machine that carries our tag and has none. */
      intent_id: intentIdSchema.nullable(),
      launched_at: timeSchema,
      /** When EC2 began to bill it; null until it has been seen running. */
      running_at: timeSchema.nullable(),
      /** When its worker began; null until the worker has said so. */
      booted_at: timeSchema.nullable(),
      /** Null: it has never been ready. */
      ready_at: timeSchema.nullable(),
      /** Null: EC2 has never listed it. */
      seen_at: timeSchema.nullable(),
      ended_at: timeSchema.nullable(),
      /** When its volume was deleted; null until EC2 shows it as `terminated`, or forgets it. */
      terminated_at: timeSchema.nullable(),
      /** True: EC2's own event gave the time. False: a look at EC2's list did, by this side's clock. */
      end_is_told: z.boolean(),
      end_reason: z.string().nullable(),
      /** Why it left, by its own word, whoever ended it then; null while it has said nothing of it. */
      left_for: leaveReasonSchema.nullable().default(null),
      /** Whether EC2 took it back, as EC2 says; null until it has said. */
      taken_back: z.boolean().nullable(),
      /** Who or what ended it, as EC2 says; null until it has said. */
      ended_by: z.enum(endedBys).nullable().default(null),
      closed_at: timeSchema.nullable(),
      /** From its last heartbeat; null before the first clip. */
      audio_seconds_per_second: z.number().nullable(),
      /** From its last heartbeat; null if that does not say. */
      messages_received: z.int().min(0).nullable().default(null),
      /** When a tick last saw that it had received more messages; null before the first. */
      received_at: timeSchema.nullable().default(null),
      /** Since when it has had nothing to do, from its last heartbeat; null if it was busy. */
      idle_since: timeSchema.nullable().default(null),
      /** When its heartbeat first said that it drains or leaves; null if none has. */
      leaving_at: timeSchema.nullable().default(null),
      /** From its last heartbeat; null: it does not say, as in old records. */
      audio_seconds_made: z.number().nullable().default(null),
      /** Why it could not start or continue, as it said itself. */
      failure: startFailureSchema.nullable().default(null),
      ...timeSpentSchema.shape,
    }),
  ),
});
export type LedgerRecord = z.infer<typeof ledgerRecordSchema>;

/** How a machine ended that was ready and received no message: it said why it left, or it died without a word. */
const unusedEnds = ["looked", "died"] as const;
export type UnusedEnd = (typeof unusedEnds)[number];

/** More of them in a row add no information. */
export const mostUnusedKept = 20;
export const mostFailedKept = 20;

const bootSchema = {
  /** From the launch to ready: the median, and the slowest in ten. */
  boot_seconds: z.number().nullable(),
  slow_boot_seconds: z.number().nullable(),
};
const paceSchema = { audio_seconds_per_second: z.number().nullable() };

/**
 * `fleet/measures.json`: what the launcher needs from the ledgers, so that it need not read them. It can be derived
 * again, except for old days.
 */
export const measuresRecordSchema = z.strictObject({
  v: version,
  /** USD by the day of the ledger, and by the day on which it was spent (UTC); this month and the one before. */
  spent_usd: z.record(z.iso.date(), z.record(z.iso.date(), z.number())),
  /** By model; null until a machine has measured it. */
  models: z.record(
    z.string(),
    z.strictObject({
      /** Of all its machines together. */
      ...bootSchema,
      ...paceSchema,
      /** The same by machine type. */
      types: z.record(z.string(), z.strictObject({ ...bootSchema, ...paceSchema })).default({}),
      /** When a machine of this model was last seen to have received messages. */
      received_at: timeSchema.nullable().default(null),
      /** The latest machines that have started, received no message and left since then. */
      unused: z
        .array(
          z.strictObject({
            instance_id: instanceIdSchema,
            left_at: timeSchema,
            end: z.enum(unusedEnds).default("looked"),
          }),
        )
        .max(mostUnusedKept)
        .default([]),
      /** The failed starts since the last good one: why they failed, as far as they said. */
      failed: z
        .array(
          z.strictObject({
            instance_id: instanceIdSchema,
            failed_at: timeSchema,
            failure: startFailureSchema.nullable(),
          }),
        )
        .max(mostFailedKept)
        .default([]),
    }),
  ),
});
export type MeasuresRecord = z.infer<typeof measuresRecordSchema>;

/** `fleet/stops/{id}.json`: what stop-all did, and its proof. `verified_at` is set once zero was read back. */
export const stopRecordSchema = z.strictObject({
  v: version,
  id: stopIdSchema,
  requested_at: timeSchema,
  requested_by: z.string(),
  steps: z.array(
    z.strictObject({
      at: timeSchema,
      step: z.enum(["latch", "list", "terminate", "verify"]),
      ok: z.boolean(),
      detail: z.string(),
    }),
  ),
  terminated: z.array(instanceIdSchema),
  instances_left: z.int().nullable(),
  messages_left: z.int().nullable(),
  verified_at: timeSchema.nullable(),
  /** USD an hour of what is still running; 0 once verified. */
  cost_per_hour_usd: z.string().nullable(),
});
export type StopRecord = z.infer<typeof stopRecordSchema>;
