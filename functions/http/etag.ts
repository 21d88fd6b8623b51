/** Entity tags: whether a client knows already what it asks for. */
import { sha256 } from "./idempotency.ts";

/** A weak tag: answers with the same tag describe the same state, but a cost that grows every second may differ. */
export const etagOf = (text: string): string => `W/"${sha256(text).slice(0, 32)}"`;

/** @param header a list of entity tags, or `*`. @see RFC 9110, section 13.1.2 */
export function knownBy(header: string | undefined): (etag: string) => boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim());
  return (etag) => tags.includes(etag) || tags.includes(etag.slice("W/".length)) || tags.includes("*");
}
