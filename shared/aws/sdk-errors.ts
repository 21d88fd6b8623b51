/** The fields of the SDK's errors that are read here. */
interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const isSdkError = (error: unknown): error is SdkError => error instanceof Error && "$metadata" in error;

/** The service's own code (`NoSuchKey`), or the name of a failure on the way (`TimeoutError`). */
export const codeOf = (error: unknown): string => (error instanceof Error ? error.name : "UnknownError");

/** The HTTP status of the last answer; null when there was none. */
export const statusOf = (error: unknown): number | null =>
  isSdkError(error) ? (error.$metadata?.httpStatusCode ?? null) : null;

/** How many attempts the SDK made, the last one included. */
export const attemptsOf = (error: unknown): number =>
  isSdkError(error) ? (error.$metadata?.attempts ?? 1) : 1;

/** The service's own message. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `NoSuchBucket: The specified bucket does not exist`, on one line. */
export const inWords = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/**
 * Codes of S3, SQS and the SDK that mean: the caller lacks the right, or asks for something that does not exist.
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

/** SQS answers some throttled requests with status 403. */
export const isRefusal = (error: unknown): boolean =>
  refusals.includes(codeOf(error)) || (statusOf(error) === 403 && !codeOf(error).includes("Throttled"));
