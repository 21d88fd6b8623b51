/** The bodies of requests to the control endpoint. */
import * as z from "zod";

export const instanceRequestSchema = z.strictObject({ instance_id: z.string() });
export const interruptRequestSchema = z.strictObject({
  instance_id: z.string(),
  /** If absent, the usual notice of this EC2. */
  notice_seconds: z.number().min(0).optional(),
});
/** Absent: g4dn.xlarge. */
const instanceType = z.enum(["g4dn.xlarge", "g5.xlarge", "g6.xlarge"]).optional();
export const capacityRequestSchema = z.strictObject({
  zone: z.string(),
  instance_type: instanceType,
  /** How many machines fit at once; null: no limit. Running machines stay. */
  instances: z.int().min(0).nullable(),
});
export const priceRequestSchema = z.strictObject({
  zone: z.string(),
  instance_type: instanceType,
  /** The price from now on; null: the price moves by itself again. */
  usd: z.number().positive().nullable(),
});
/**
 * `code` is an EC2 error code, or one of two others: `NoAnswer` ends the connection before anything is done,
 * `LostReply` after everything is done. A code that CreateFleet reports by pool comes within its answer of 200, as from
 * EC2.
 */
export const requestFaultSchema = z
  .strictObject({
    action: z.string(),
    code: z.string(),
    /** The error's message; if absent, it says that this is a planned fault. */
    message: z.string().optional(),
    /** For a code that is reported by pool: only for this zone. */
    zone: z.string().optional(),
    times: z.int().positive().optional(),
    for_seconds: z.number().positive().optional(),
  })
  .refine((fault) => fault.times !== undefined || fault.for_seconds !== undefined, {
    message: "expected times, for_seconds or both",
  });
export const faultEndRequestSchema = z.strictObject({ action: z.string() });
export type RequestFault = z.infer<typeof requestFaultSchema>;
