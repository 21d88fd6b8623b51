/** What the SDK throws, as far as we read it. */
interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const isSdkError = (error: unknown): error is SdkError => error instanceof Error && "$metadata" in error;

/** The service's own code (`NoSuchKey`), or the name of what went wrong on the way (`TimeoutError`). */
export const codeOf = (error: unknown): string => (error instanceof Error ? error.name : "UnknownError");

/** Of the last answer; null when none came. */
export const statusOf = (error: unknown): number | null =>
  isSdkError(error) ? (error.$metadata?.httpStatusCode ?? null) : null;

/** How often the SDK asked, the last time included. */
export const attemptsOf = (error: unknown): number =>
  isSdkError(error) ? (error.$metadata?.attempts ?? 1) : 1;

/** The service's own words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `NoSuchBucket: The specified bucket does not exist`, on one line. */
export const inWords = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/**
 * Codes of S3, SQS and the SDK by which whoever asks may not, or asks for what does not exist.
 * @see S3 API reference, "Error responses"; SQS API reference, "Common errors"
 */
const refusals: readonly string[] = [
  "AccessDenied",
  "AccessDeniedException",
  "AllAccessDisabled",
  "AuthorizationHeaderMalformed",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidToken",
  "KMS.AccessDeniedException",
  "KmsAccessDenied",
  "NoSuchBucket",
  "PermanentRedirect",
  "QueueDoesNotExist",
  "AWS.SimpleQueueService.NonExistentQueue",
  "SignatureDoesNotMatch",
  "TokenRefreshRequired",
  "UnrecognizedClientException",
];

/** SQS answers some throttles with 403. */
export const isRefusal = (error: unknown): boolean =>
  refusals.includes(codeOf(error)) || (statusOf(error) === 403 && !codeOf(error).includes("Throttled"));
