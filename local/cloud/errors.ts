/** The embedded cloud did not come up, or broke. The message names the log that tells more. */
export class CloudError extends Error {
  override readonly name = "CloudError";
}
