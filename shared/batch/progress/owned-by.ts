import { batchTimeMs, type BatchId } from "../../contract/ids.ts";
import { indexKeys } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";

/**
 * Which of these batches are the owner's. An id tells when its batch was submitted, and so where it is in its owner's
 * list: of that only the pages where one of them can be are read.
 */
export async function ownedBy(
  owner: string,
  ids: readonly BatchId[],
  store: ObjectStore,
): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  // Newest first, as the list is.
  let wanted = ids
    .map((id) => ({ id, key: indexKeys.newestFirst(owner, batchTimeMs(id), id) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  for (let [first] = wanted; first !== undefined; [first] = wanted) {
    const page = await store.list(indexKeys.owner(owner), { after: justBefore(first.key) });
    const listed = new Set(page.objects.map(({ key }) => key));
    for (const { id, key } of wanted) if (listed.has(key)) own.add(id);
    const last = page.objects.at(-1)?.key;
    wanted = page.more && last !== undefined ? wanted.filter(({ key }) => key > last) : [];
  }
  return own;
}

/** A key that sorts before this one, with at most its nearest neighbours between them. */
const justBefore = (key: string): string => key.slice(0, -1);
