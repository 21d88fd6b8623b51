/** Bodies of the control endpoint. */
import { z } from "zod";

export const instanceRequestSchema = z.strictObject({ instance_id: z.string() });
export const interruptRequestSchema = z.strictObject({
  instance_id: z.string(),
  /** Absent: the notice that this EC2 gives to all. */
  notice_seconds: z.number().min(0).optional(),
});
export const capacityRequestSchema = z.strictObject({
  zone: z.string(),
  /** Room for so many machines at once; null: as many as are asked for. Those that run stay. */
  instances: z.int().min(0).nullable(),
});
export const priceRequestSchema = z.strictObject({
  zone: z.string(),
  /** Holds from now on; null: the price moves by itself again. */
  usd: z.number().positive().nullable(),
});
/**
 * `code`: an error code of EC2; `NoAnswer` ends the connection before anything is done, `LostReply` after all is
 * done. A code that CreateFleet reports by pool comes within its answer of 200, as from EC2.
 */
export const requestFaultSchema = z
  .strictObject({
    action: z.string(),
    code: z.string(),
    /** EC2's words beside the code; absent: that it is a planned fault. */
    message: z.string().optional(),
    /** Of a code that is reported by pool: that zone's alone. */
    zone: z.string().optional(),
    times: z.int().positive().optional(),
    for_seconds: z.number().positive().optional(),
  })
  .refine((fault) => fault.times !== undefined || fault.for_seconds !== undefined, {
    message: "expected times, for_seconds or both",
  });
export const faultEndRequestSchema = z.strictObject({ action: z.string() });
export type RequestFault = z.infer<typeof requestFaultSchema>;
