/** What was paid, and for what. Amounts are decimal strings in USD, exact to the micro-dollar. */
import * as z from "zod";
import { instanceIdSchema } from "../ids.ts";

export const usdSchema = z.string().regex(/^\d+\.\d{2,6}$/);

const spanSchema = z.strictObject({ low: z.number(), high: z.number() });
const usdSpanSchema = z.strictObject({ low: usdSchema, high: usdSchema });

/**
 * What a batch will cost and how long it will take, as a range, with machines, volumes and addresses. At the lower end
 * others bear the boots, or, where it is to be done at once and nothing else is there, one machine boots quickly, at the
 * best price; at the upper end it has machines of its own, which boot slowly and are not filled. Each machine is charged
 * for a minute at least. Waiting for spot capacity, and what interruptions cost (or save, in a machine's first hour), are
 * not in it.
 */
export const estimateSchema = z.strictObject({
  usd: usdSpanSchema,
  /** From the submit until the last clip. */
  seconds: spanSchema,
  /** What the lower end would cost on demand. */
  on_demand_usd: usdSchema,
  /** What it was made from. */
  basis: z.strictObject({
    /** The machine type that would cost least; null: the stage's only one, in an old record. */
    instance_type: z.string().nullable().default(null),
    machines: z.int(),
    usd_per_hour: usdSpanSchema,
    on_demand_usd_per_hour: usdSchema,
    /** Charged beside each machine's hours. */
    volume_usd_per_hour: usdSchema,
    address_usd_per_hour: usdSchema,
    /** Charged for each machine, however short it runs. */
    least_seconds: z.number(),
    boot_seconds: z.number(),
    audio_seconds_per_second: z.number(),
    /** Whether machines have measured that speed, or the configuration guesses it. */
    measured: z.boolean(),
  }),
});
export type Estimate = z.infer<typeof estimateSchema>;

/**
 * What the hours of the machine went to. `work`: the engine made clips. `boot`: from the start of the machine to the
 * start of its worker. `load`: until the model was ready. `idle`: ready, with nothing to make. `interrupted`: EC2 takes
 * the machine, or it died.
 */
export const timeLines = ["work", "boot", "load", "idle", "interrupted"] as const;
export type TimeLine = (typeof timeLines)[number];
/** Beside its hours, the machine's root volume and its public address are charged for. */
export const receiptLines = [...timeLines, "volume", "address"] as const;
export type ReceiptLine = (typeof receiptLines)[number];

/** Of a machine's hours, all but work. */
export const wasteLines = ["boot", "load", "idle", "interrupted"] as const satisfies readonly TimeLine[];

/**
 * What a machine did, one after the other. `pending`: EC2 starts it, and bills its volume alone. `boot`, `load`: as
 * above. `work`: ready; it may have waited between two batches. `idle`: nothing to make since then. `leaving`: it was
 * told to leave, and finishes. `interrupted`: EC2 takes it, or it died.
 */
export const lifePhases = ["pending", "boot", "load", "work", "idle", "leaving", "interrupted"] as const;
export type LifePhase = (typeof lifePhases)[number];

/** The lines sum to `usd`. */
export const amountsSchema = z.strictObject({
  usd: usdSchema,
  work_usd: usdSchema,
  boot_usd: usdSchema,
  load_usd: usdSchema,
  idle_usd: usdSchema,
  interrupted_usd: usdSchema,
  volume_usd: usdSchema,
  address_usd: usdSchema,
});
export type AmountsView = z.infer<typeof amountsSchema>;

/** What was spent on something, and what it came to. */
export const worthSchema = z.strictObject({
  ...amountsSchema.shape,
  /** Of it, what made no music: boot, load, idle, interrupted. */
  waste_usd: usdSchema,
  /** What the same machines would have cost on demand for the same time, at the prices of the configuration. */
  on_demand_usd: usdSchema,
  /** How much less was paid. */
  saved_usd: usdSchema,
  /** Of the clips that the machines finished; null: a machine among them does not say. */
  audio_seconds: z.number().nullable(),
  /** Null: no audio, or not known how much. */
  usd_per_audio_minute: usdSchema.nullable(),
});
export type WorthView = z.infer<typeof worthSchema>;

/** What one machine cost a batch. */
export const instanceShareSchema = z.strictObject({
  instance_id: instanceIdSchema,
  /** Null: the stage's only type, in an old record. */
  instance_type: z.string().nullable().default(null),
  /** Of the time that the machine ran: the batch's share of the engine's time. */
  instance_seconds: z.number(),
  /** Of the time that its hours are charged for: a minute at least, nothing when EC2 took it within its first hour. */
  billed_seconds: z.number(),
  ...amountsSchema.shape,
});

/**
 * `batches/{id}/receipt.json`: written once every machine that served the batch has ended, from the ledgers alone;
 * its instances sum to it, and so do the batch's items (`batches/{id}/receipts/{chunk}.jsonl`).
 */
export const receiptRecordSchema = z.strictObject({
  v: z.literal(1),
  at: z.iso.datetime(),
  instance_seconds: z.number(),
  billed_seconds: z.number(),
  ...amountsSchema.shape,
  instances: z.array(instanceShareSchema),
});
export type ReceiptRecord = z.infer<typeof receiptRecordSchema>;

/** How many machines, or batches, an answer tells of one by one: the dearest. */
export const mostListed = 500;
/** The others together; null: there are none. */
export const othersSchema = z.strictObject({ count: z.int().positive(), usd: usdSchema }).nullable();
export type Others = z.infer<typeof othersSchema>;

/** A receipt as the API shows it: the instances that are listed, and the others, sum to it. */
export const receiptViewSchema = receiptRecordSchema
  .omit({ v: true })
  .extend({ other_instances: othersSchema });
export type ReceiptView = z.infer<typeof receiptViewSchema>;

/** One line of `batches/{id}/receipts/{chunk}.jsonl`. */
export const itemReceiptSchema = z.strictObject({ index: z.int().min(0), ...amountsSchema.shape });
export type ItemReceipt = z.infer<typeof itemReceiptSchema>;
