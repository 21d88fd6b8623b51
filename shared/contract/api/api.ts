/** What the API answers. Money is a decimal string in USD, times are RFC 3339 in UTC. */
import * as z from "zod";
import {
  attemptsRecordSchema,
  audioRecordSchema,
  batchWebhookRecordSchema,
  itemErrorSchema,
  provenanceSchema,
  scopes,
  terminalOutcomes,
} from "../records/batch-records.ts";
import {
  bootPhasesSchema,
  decisionReasons,
  decisionRecordSchema,
  markets,
} from "../records/fleet-records.ts";
import { byTier } from "../tiers.ts";
import {
  batchIdSchema,
  instanceIdSchema,
  itemIdSchema,
  keyIdSchema,
  stopIdSchema,
  uploadIdSchema,
} from "../ids.ts";
import { parametersSchema, prioritySchema, speedSchema } from "./parameters.ts";
import { continueFromSchema } from "./continuation.ts";
import { inputErrorsSchema } from "./problem.ts";
import {
  amountsSchema,
  estimateSchema,
  lifePhases,
  othersSchema,
  receiptViewSchema,
  usdSchema,
  worthSchema,
} from "../records/receipt.ts";

const timeSchema = z.iso.datetime();

/** Who calls, as the authorizer found it and hands it to every function. */
export const callerSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("known"),
    /** Null: an authorizer of an earlier version does not tell it. */
    key_id: keyIdSchema.nullable().default(null),
    owner: z.string(),
    scopes: z.array(z.enum(scopes)),
  }),
  z.strictObject({ kind: z.literal("missing_key") }),
  z.strictObject({ kind: z.literal("unknown_key") }),
]);
export type Caller = z.infer<typeof callerSchema>;

/**
 * `validating`: the lines of its upload are checked. `stopped`: an operator stopped the service; open items are kept and continue after
 * a start.
 */
export const batchStatuses = ["validating", "queued", "running", "stopped", "canceling", "ended"] as const;
/** `invalid`: lines of its upload have faults, so nothing of it was queued. */
export const batchOutcomes = [
  "succeeded",
  "partial",
  "failed",
  "canceled",
  "expired",
  "stopped",
  "invalid",
] as const;
export const itemStatuses = ["queued", "running", ...terminalOutcomes] as const;

export const countsSchema = z.strictObject({
  total: z.int(),
  queued: z.int(),
  running: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  canceled: z.int(),
  expired: z.int(),
});
export type Counts = z.infer<typeof countsSchema>;

export const waitingReasonSchema = z.strictObject({
  reason: z.enum(decisionReasons),
  detail: z.string(),
  at: timeSchema,
});

export const batchViewSchema = z.strictObject({
  id: batchIdSchema,
  name: z.string().nullable(),
  /** Whose failed, canceled and expired items these are, once more; null: it is no retry. */
  retry_of: batchIdSchema.nullable(),
  status: z.enum(batchStatuses),
  outcome: z.enum(batchOutcomes).nullable(),
  model: z.string(),
  speed: speedSchema,
  priority: prioritySchema,
  /** All 0 while its upload is checked, and if it is invalid. */
  counts: countsSchema,
  /** Why it is invalid; null: it is not. */
  input_errors: inputErrorsSchema.nullable(),
  /** 0 to 1: steps made of all steps, those of running items included. */
  progress: z.number(),
  audio_seconds: z.strictObject({ total: z.number(), succeeded: z.number() }),
  /** What its open items wait for, as the last decision said it; null when nothing waits. */
  waiting_reason: waitingReasonSchema.nullable(),
  interruptions: z.int(),
  instances: z.int(),
  cost: z.strictObject({
    /** Null until its upload is checked. */
    estimate: estimateSchema.nullable(),
    max_usd: usdSchema.nullable(),
    /** Of what its machines have cost so far, this batch's share by engine seconds; at last the receipt's sum. */
    accrued_usd: usdSchema,
    /** Nothing changes it any more: it is the receipt's. Until then it may rise, or fall as `notes` say. */
    final: z.boolean(),
    /** Sentences for whoever wonders about the amount. */
    notes: z.array(z.string()),
    instance_seconds: z.number(),
    /** Of them, or beyond them, what EC2 charges for. */
    billed_seconds: z.number(),
    /** What the same time would have cost on demand, and how much less was paid. */
    on_demand_usd: usdSchema,
    saved_usd: usdSchema,
    /** Null until every machine that served it has ended. */
    receipt: receiptViewSchema.nullable(),
  }),
  submitted_at: timeSchema,
  deadline_at: timeSchema,
  expires_at: timeSchema.nullable(),
  started_at: timeSchema.nullable(),
  ended_at: timeSchema.nullable(),
  /** The endpoint that is told of this batch's events, beside those that subscribe to all; null: none. */
  webhook: batchWebhookRecordSchema.nullable(),
  metadata: z.record(z.string(), z.string()),
  /** So long after its end it is deleted; null: it is kept. */
  retain_days: z.int().nullable(),
  /** When that will be; null while it has not ended, and of one that is kept. */
  delete_at: timeSchema.nullable(),
});
export type BatchView = z.infer<typeof batchViewSchema>;

/** `DELETE /v1/batches/{id}` */
export const deletedBatchViewSchema = z.strictObject({ id: batchIdSchema, deleted_at: timeSchema });
export type DeletedBatchView = z.infer<typeof deletedBatchViewSchema>;

export const eventTypes = [
  "batch.submitted",
  "batch.started",
  "batch.canceling",
  "item.succeeded",
  "item.failed",
  "item.canceled",
  "item.expired",
  "batch.ended",
] as const;

/** A line of `GET …/events`. */
export const eventViewSchema = z.strictObject({
  /** Of what happened, not of when it was told: told again, it is the same. */
  id: z.string(),
  type: z.enum(eventTypes),
  at: timeSchema,
  /** Null: it happened to the batch. */
  item_id: itemIdSchema.nullable(),
  index: z.int().nullable(),
  custom_id: z.string().nullable(),
  /** Why an item failed, or how the batch was canceled. */
  detail: z.string().nullable(),
});
export type EventView = z.infer<typeof eventViewSchema>;

/** A line of `GET …/items`. */
export const itemSummarySchema = z.strictObject({
  id: itemIdSchema,
  index: z.int(),
  custom_id: z.string().nullable(),
  status: z.enum(itemStatuses),
  /** Of the running attempt; null otherwise. */
  step: z.int().nullable(),
  steps: z.int().nullable(),
});
export type ItemSummary = z.infer<typeof itemSummarySchema>;

/** `GET /v1/batches/{id}/states` */
export const itemStatesViewSchema = z.strictObject({
  /** A letter for each item, in their order: queued, running, succeeded, failed, canceled, expired. */
  states: z.string().regex(/^[qrsfce]*$/),
});
export type ItemStatesView = z.infer<typeof itemStatesViewSchema>;

/** A line of `GET …/results`, good and bad ones alike, in the order of the input. */
export const resultViewSchema = z.strictObject({
  item_id: itemIdSchema,
  index: z.int(),
  custom_id: z.string().nullable(),
  outcome: z.enum(terminalOutcomes),
  finished_at: timeSchema,
  audio: audioRecordSchema
    .omit({ key: true })
    .extend({
      /** A permalink: it redirects to a URL signed at that moment. */
      url: z.string(),
    })
    .nullable(),
  error: itemErrorSchema.nullable(),
  provenance: provenanceSchema.nullable(),
  /** The clip is a copy of one that its owner had already; it cost nothing. */
  reused: z.boolean(),
  /** The item whose clip was copied; null: it was made. */
  reused_from: itemIdSchema.nullable(),
  /** Of the model's weights, and so of the clip; null: the stage serves the model no more. */
  licence: z.string().nullable(),
  gpu_seconds: z.number(),
  /** Decoder steps of all attempts. */
  steps: z.int(),
  interruptions: z.int(),
  /** Known when the batch's receipt is. */
  receipt: amountsSchema.nullable(),
});
export type ResultView = z.infer<typeof resultViewSchema>;

/** `GET /v1/items/{id}`. */
export const itemViewSchema = z.strictObject({
  ...itemSummarySchema.shape,
  batch_id: batchIdSchema,
  prompt: z.string(),
  seed: z.int(),
  parameters: parametersSchema,
  /** Absent: the clip continues nothing. */
  continue_from: continueFromSchema.optional(),
  /** The attempts that made no clip. What interrupted ones made is kept: another machine goes on from there. */
  attempts: attemptsRecordSchema.omit({ v: true, spent: true }),
  result: resultViewSchema.nullable(),
});
export type ItemView = z.infer<typeof itemViewSchema>;

/** `GET /v1/items/{id}/audio?redirect=false`: whoever has the address may fetch the clip, until it expires. */
export const audioLinkViewSchema = z.strictObject({
  url: z.url(),
  expires_at: timeSchema,
  /** As a browser would save it. */
  file_name: z.string(),
});
export type AudioLinkView = z.infer<typeof audioLinkViewSchema>;

/** `GET /v1` */
export const routeViewSchema = z.strictObject({
  method: z.enum(["GET", "POST", "PATCH", "DELETE"]),
  path: z.string(),
  scope: z.enum(scopes).nullable(),
  does: z.string(),
});

export const pageSchema = <T extends z.ZodType>(element: T) =>
  z.strictObject({ data: z.array(element), next_cursor: z.string().nullable(), has_more: z.boolean() });

/** `POST` and `GET /v1/stop`: the receipt of the last stop, and in it the proof once zero was read back. */
export const stopViewSchema = z.strictObject({
  id: stopIdSchema.nullable(),
  state: z.enum(["open", "stopping", "stopped"]),
  requested_at: timeSchema.nullable(),
  verified_at: timeSchema.nullable(),
  /** Since then machines may run again; null while it is stopped, and before the first stop. */
  reopened_at: timeSchema.nullable(),
  instances_terminated: z.int(),
  instances_left: z.int().nullable(),
  messages_left: z.int().nullable(),
  cost_per_hour_usd: usdSchema.nullable(),
  steps: z.array(z.strictObject({ at: timeSchema, step: z.string(), ok: z.boolean(), detail: z.string() })),
});
export type StopView = z.infer<typeof stopViewSchema>;

/** `POST /v1/start` */
export const startViewSchema = z.strictObject({
  state: z.literal("open"),
  /** Null: it was never stopped. */
  opened_at: timeSchema.nullable(),
});
export type StartView = z.infer<typeof startViewSchema>;

const queueDepthSchema = z.strictObject({ waiting: z.int(), in_flight: z.int() });

/** `GET /v1/capacity`: what runs, what waits, and what holds the fleet, as the last tick and the heartbeats say. */
export const capacityViewSchema = z.strictObject({
  /** When the last tick looked; null before the first. */
  at: timeSchema.nullable(),
  /** By stop-all: nothing is launched. */
  closed: z.boolean(),
  /** How many there are in each phase of their life. */
  instances: z.record(z.string(), z.int()),
  workers: z.array(
    z.strictObject({
      instance_id: z.string(),
      zone: z.string(),
      model: z.string(),
      state: z.string(),
      /** Why it leaves; null while it does not. */
      reason: z.string().nullable(),
      items_running: z.int(),
      slots: z.int(),
      /** How long each phase of its boot took; null: it does not say. */
      boot: bootPhasesSchema.nullable(),
      heartbeat_at: timeSchema,
      /** How old all of this is. */
      told_seconds_ago: z.int(),
    }),
  ),
  /** How many more there are than are listed: the oldest, and those whose heartbeat cannot be read. */
  other_workers: z.int(),
  /** By model; one whose queues did not answer is left out. */
  queues: z.array(z.strictObject({ model: z.string(), ...byTier(() => queueDepthSchema) })),
  /** Of each machine type of the stage. */
  zones: z.array(
    z.strictObject({
      instance_type: z.string(),
      zone: z.string(),
      /** Spot, as the last tick saw it; null: not known. */
      price_usd_per_hour: usdSchema.nullable(),
      /** Nothing is launched at a price over it; null: the stage has this type no longer. */
      max_usd_per_hour: usdSchema.nullable(),
      /** Left alone for a while; null: it may be asked. */
      cooling: z.strictObject({ until: timeSchema, reason: z.string(), code: z.string() }).nullable(),
    }),
  ),
  /** Limits of the AWS account that EC2 told of: nothing of that market is asked for until a machine ends, or until then. */
  quotas: z.array(z.strictObject({ market: z.enum(markets), until: timeSchema, detail: z.string() })),
  /** While one is open nothing is launched. */
  breaker: z.strictObject({ until: timeSchema, reason: z.string(), detail: z.string() }).nullable(),
  /** Models whose machines could not start: their launches pause. What such a machine wrote to its console is for operators. */
  failed_starts: z.array(
    z.strictObject({
      model: z.string(),
      until: timeSchema,
      detail: z.string(),
      instance_id: instanceIdSchema,
      console_tail: z.string().nullable(),
    }),
  ),
  /** What the last tick decided for each model, and what bound it. */
  decisions: decisionRecordSchema.shape.models,
});
export type CapacityView = z.infer<typeof capacityViewSchema>;

/** `GET /v1/stage`: what the key may do, and what bounds the stage. */
export const stageViewSchema = z.strictObject({
  key: z.strictObject({ owner: z.string(), scopes: z.array(z.enum(scopes)) }),
  region: z.string(),
  zones: z.array(z.string()),
  instance_type: z.string(),
  /** Nothing is launched in a zone whose price is over it. */
  max_spot_usd_per_hour: usdSchema,
  /** The stage's other machine types. */
  other_types: z.array(z.strictObject({ instance_type: z.string(), max_spot_usd_per_hour: usdSchema })),
  budgets: z.strictObject({ day_usd: usdSchema, month_usd: usdSchema }),
  limits: z.strictObject({
    max_instances: z.int(),
    queued_items: z.int(),
    active_batches: z.int(),
    active_batches_per_owner: z.int(),
  }),
  /** How soon work of each speed is due, in seconds. */
  target_seconds: z.record(z.string(), z.number()),
  default_speed: speedSchema,
});
export type StageView = z.infer<typeof stageViewSchema>;

const priceChangeSchema = z.strictObject({ at: timeSchema, usd_per_hour: usdSchema });

const typePricesSchema = z.strictObject({
  instance_type: z.string(),
  /** Nothing is launched in a zone whose price is over it. */
  max_usd_per_hour: usdSchema,
  on_demand_usd_per_hour: usdSchema,
  zones: z.array(
    z.strictObject({
      zone: z.string(),
      /** Null: EC2 tells no price of the zone. */
      usd_per_hour: usdSchema.nullable(),
      /** The first is the price at `from`, or the oldest that is told; of very many, the newest. */
      changes: z.array(priceChangeSchema),
    }),
  ),
});
export type TypePrices = z.infer<typeof typePricesSchema>;

/** `GET /v1/prices`: what a spot machine of the stage's type costs now, and what it has cost, as EC2 tells it. */
export const pricesViewSchema = z.strictObject({
  ...typePricesSchema.shape,
  from: timeSchema,
  to: timeSchema,
  /** Of a machine's root volume and public address, which its price does not include. */
  extras_usd_per_hour: usdSchema,
  /** The stage's other machine types. */
  other_types: z.array(typePricesSchema),
});
export type PricesView = z.infer<typeof pricesViewSchema>;

/** How many batches are told of a machine one by one: those that it worked for longest. */
export const mostBatchesOfMachine = 10;

/**
 * `GET /v1/usage`. A machine is told of by the days (UTC) on which it ran. What is told by day, and by model, sums to
 * `usd`; so does what is told by batch, the other batches and what is unassigned, and so do the machines with the
 * other machines.
 */
export const usageViewSchema = z.strictObject({
  from: z.iso.date(),
  to: z.iso.date(),
  ...worthSchema.shape,
  /** Of machines that made nothing for anyone; null: not for this key. */
  unassigned_usd: usdSchema.nullable(),
  by_day: z.array(z.strictObject({ day: z.iso.date(), ...worthSchema.shape })),
  /** Null: a machine that carries our tag and whose model nobody knows. */
  by_model: z.array(z.strictObject({ model: z.string().nullable(), ...worthSchema.shape })),
  by_batch: z.array(z.strictObject({ batch_id: batchIdSchema, ...worthSchema.shape })),
  other_batches: othersSchema,
  /** Null: not for this key. */
  instances: z
    .array(
      z.strictObject({
        instance_id: z.string(),
        model: z.string().nullable(),
        /** Null: the stage's only type, in an old record. */
        instance_type: z.string().nullable(),
        zone: z.string(),
        market: z.enum(markets),
        launched_at: timeSchema,
        ended_at: timeSchema.nullable(),
        /** Why it ended, or will; null: not known. */
        end_reason: z.string().nullable(),
        /** How long it ran in all; the amounts are of the days asked for. */
        seconds: z.number(),
        /** How long it made clips, in all. */
        work_seconds: z.number(),
        /** What it did, one after the other; the last goes on while its `to` is null. */
        phases: z.array(
          z.strictObject({ phase: z.enum(lifePhases), from: timeSchema, to: timeSchema.nullable() }),
        ),
        batches: z.array(z.strictObject({ batch_id: batchIdSchema, work_seconds: z.number() })),
        /** How many more it worked for than are listed. */
        other_batches: z.int(),
        ...worthSchema.shape,
      }),
    )
    .nullable(),
  other_instances: othersSchema,
});
export type UsageView = z.infer<typeof usageViewSchema>;

/** What `POST /v1/estimates` and `POST /v1/batches?dry_run=true` answer for a body that would be taken. */
export const batchCheckViewSchema = z.strictObject({
  model: z.string(),
  speed: z.string(),
  /** Variations counted one by one. */
  items: z.int(),
  audio_seconds: z.number(),
  estimate: estimateSchema,
});
export type BatchCheckView = z.infer<typeof batchCheckViewSchema>;

/** `POST /v1/launch`: the launcher was called; `GET /v1/decisions` tells what it decided. */
export const launchViewSchema = z.strictObject({ triggered: z.literal(true) });

/** `GET /healthz` */
export const healthViewSchema = z.strictObject({ status: z.literal("ok") });

/** `POST /v1/uploads`: where the file is to be sent, with this method and these headers. */
export const uploadViewSchema = z.strictObject({
  id: uploadIdSchema,
  bytes: z.int(),
  method: z.literal("PUT"),
  url: z.url(),
  headers: z.record(z.string(), z.string()),
  /** No transfer may begin after this time; the same request with its Idempotency-Key gives another URL. */
  url_expires_at: timeSchema,
  /** It must be submitted, or continued, by then. */
  expires_at: timeSchema,
});
export type UploadView = z.infer<typeof uploadViewSchema>;

/** What the API accepts at most. */
export const limitsViewSchema = z.strictObject({
  prompt_characters: z.int(),
  variations: z.int(),
  metadata_entries: z.int(),
  /** Of a body. */
  items: z.int(),
  body_bytes: z.int(),
  upload_items: z.int(),
  upload_bytes: z.int(),
  upload_line_bytes: z.int(),
  /** Of an upload that a clip continues: how much of it is used, and how large it may be. */
  continued_seconds: z.number(),
  continued_bytes: z.int(),
  queued_items: z.int(),
  active_batches: z.int(),
});

/** `GET /v1/models`. */
export const modelViewSchema = z.strictObject({
  id: z.string(),
  display_name: z.string(),
  licence: z.string(),
  audio_seconds_per_gpu_second: z.number(),
  max_duration_seconds: z.number(),
  /** What its clips can continue: the clips of other items, and parts of audio files. */
  continues: z.strictObject({ items: z.boolean(), files: z.boolean() }),
  /** Where a clip may differ from what Meta's audiocraft makes of the same request. */
  differences: z.array(z.string()),
  /** Of the stage: the same for each of its models. */
  limits: limitsViewSchema,
});
export type ModelView = z.infer<typeof modelViewSchema>;
