/** Which batches belong to an owner. */
import type { BatchId } from "../../contract/ids.ts";
import { indexKeys } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";

/**
 * Which of these batches are the owner's. An id tells when its batch was submitted, and so its place in the owner's
 * list. Only the pages of the list that can hold one of them are read.
 */
export async function ownedBy(
  owner: string,
  ids: readonly BatchId[],
  store: ObjectStore,
): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  // Newest first, like the list.
  let wanted = ids
    .map((id) => ({ id, key: indexKeys.newestFirst(owner, id) }))
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

/** A key that sorts just before this one, with few other keys between them. */
const justBefore = (key: string): string => key.slice(0, -1);
