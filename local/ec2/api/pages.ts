/** Pages of answers. */
import { Ec2ApiError } from "./api-error.ts";

/** One page of an answer. `nextToken` is opaque to the caller; null on the last page. */
export function pageOf<T>(
  all: readonly T[],
  size: number,
  token: string | undefined,
): { readonly page: readonly T[]; readonly nextToken: string | null } {
  const start = token === undefined ? 0 : startOf(token);
  const end = start + size;
  return { page: all.slice(start, end), nextToken: end < all.length ? tokenAt(end) : null };
}

const tokenAt = (start: number): string => Buffer.from(`from:${start}`).toString("base64url");

function startOf(token: string): number {
  const [, digits] = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  if (digits === undefined) throw new Ec2ApiError("InvalidNextToken", `The token '${token}' is not valid`);
  return Number(digits);
}
