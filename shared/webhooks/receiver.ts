/** Whether a stage sends webhooks to an address. It is asked at the registration, and again at each connection. */
import { addressIn, isPublicAddress } from "./addresses.ts";
import type { Resolve } from "./webhook-ports.ts";

const notPublic = "leads to an address that is not public; webhooks go to public addresses only";

/** Why these addresses of a host may not be connected to; null: they may. One bad one among them is enough. */
export const addressesFault = (addresses: readonly string[]): string | null =>
  addresses.length > 0 && addresses.every(isPublicAddress) ? null : notPublic;

/** What can be said without the host's addresses: the URL must be https, and name no address that is not public. */
export function urlFault(url: URL): string | null {
  if (url.protocol !== "https:") return "must be https";
  const address = addressIn(url);
  return address === null ? null : addressesFault([address]);
}

/**
 * Why the stage takes no endpoint at this URL; null: it does.
 * @param insecure the stage sends to plain http and to private addresses too (`insecure_webhooks`)
 */
export async function receiverFault(
  text: string,
  resolve: Resolve,
  insecure: boolean,
): Promise<string | null> {
  if (insecure) return null;
  const url = new URL(text);
  const fault = urlFault(url);
  if (fault !== null || addressIn(url) !== null) return fault;
  try {
    return addressesFault(await resolve(url.hostname));
  } catch {
    return `the host ${url.hostname} has no address`;
  }
}
