/** What EventBridge tells of machines. The events carry no tags: whose machine it is has to be looked up. */
import * as z from "zod";
import { instanceIdSchema } from "./ids.ts";

const about = { source: z.literal("aws.ec2"), time: z.iso.datetime() };

export const instanceEventSchema = z.discriminatedUnion("detail-type", [
  z.object({
    ...about,
    "detail-type": z.literal("EC2 Spot Instance Interruption Warning"),
    detail: z.object({ "instance-id": instanceIdSchema }),
  }),
  z.object({
    ...about,
    "detail-type": z.literal("EC2 Instance Rebalance Recommendation"),
    detail: z.object({ "instance-id": instanceIdSchema }),
  }),
  z.object({
    ...about,
    "detail-type": z.literal("EC2 Instance State-change Notification"),
    detail: z.object({ "instance-id": instanceIdSchema, state: z.string() }),
  }),
]);
export type InstanceEvent = z.infer<typeof instanceEventSchema>;
