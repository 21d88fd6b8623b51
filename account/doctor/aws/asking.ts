/** How AWS's answers that are none become the doctor's. */
import { NoAnswer, NotAllowed, NotSignedIn } from "../account.ts";

const denied =
  /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|NotAuthorized|Forbidden|403)$/;

const notSignedIn =
  /^(CredentialsProviderError|ExpiredToken|ExpiredTokenException|RequestExpired|InvalidToken|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|AuthFailure|InvalidAccessKeyId|TokenProviderError)$/;

/** @param errorNames as the SDK names them */
export const isNamed = (error: unknown, ...errorNames: readonly string[]): boolean =>
  error instanceof Error && errorNames.includes(error.name);

/** @param absent the errors that say that there is none */
export async function orNull<T>(answer: Promise<T>, ...absent: readonly string[]): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isNamed(error, ...absent)) return null;
    throw error;
  }
}

/**
 * @param action as IAM names it, for the sentence that it is not allowed
 * @throws NotSignedIn, NotAllowed, NoAnswer
 */
export async function asked<T>(action: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message } = error;
    if (notSignedIn.test(name)) throw new NotSignedIn(message, { cause: error });
    if (denied.test(name) || statusOf(error) === 403)
      throw new NotAllowed(`${action} is not allowed`, { cause: error });
    // The SDK's own advice to programmers stands in the lines after the first.
    const [line = ""] = message.split("\n");
    const told = name === "TimeoutError" ? "no answer in time" : line === "" ? name : line;
    throw new NoAnswer(`${action}: ${told}`, { cause: error });
  }
}

/** The SDK's errors carry it. */
const statusOf = (error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }) =>
  error.$metadata?.httpStatusCode;
