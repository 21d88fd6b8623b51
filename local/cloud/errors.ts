/** The embedded cloud did not start, or broke. The message names the log with the details. */
export class CloudError extends Error {
  override readonly name = "CloudError";
}
