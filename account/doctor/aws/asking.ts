/** How AWS's answers that are none become the doctor's. */
import { NoAnswer, NotAllowed, NotSignedIn } from "../account.ts";

const denied =
  /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|NotAuthorized|Forbidden|403)$/;

const notSignedIn =
  /^(CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|AuthFailure|InvalidAccessKeyId|TokenProviderError)$/;

/** @param errorNames as the SDK names them */
export const isNamed = (error: unknown, ...errorNames: readonly string[]): boolean =>
  error instanceof Error && errorNames.includes(error.name);

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
    const [told = ""] = message.split("\n");
    throw new NoAnswer(`${action}: ${told === "" ? name : told}`, { cause: error });
  }
}

/** The SDK's errors carry it. */
const statusOf = (error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }) =>
  error.$metadata?.httpStatusCode;
