import { z } from "zod";

/**
 * `.local/cloud.json`, while the embedded cloud is up: what any client needs to be pointed at it. The AWS
 * endpoints take the access key `test` with the secret `test`.
 */
export const cloudFileSchema = z.strictObject({
  apiUrl: z.url(),
  keys: z.strictObject({ read: z.string(), submit: z.string(), operate: z.string() }),
  bucket: z.string(),
  endpoints: z.strictObject({ aws: z.url(), ec2: z.url(), ec2Control: z.url() }),
});
export type CloudFile = z.infer<typeof cloudFileSchema>;
