/** The file by which clients find the embedded cloud. */
import * as z from "zod";

/**
 * `.local/cloud.json` exists while the embedded cloud runs, and has everything that a client needs to reach it. The AWS
 * endpoints accept the access key `test` with the secret `test`.
 */
export const cloudFileSchema = z.strictObject({
  apiUrl: z.url(),
  keys: z.strictObject({ read: z.string(), submit: z.string(), operate: z.string() }),
  bucket: z.string(),
  endpoints: z.strictObject({ aws: z.url(), ec2: z.url(), ec2Control: z.url() }),
});
export type CloudFile = z.infer<typeof cloudFileSchema>;
