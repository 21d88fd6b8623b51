/**
 * Reminders: empty objects under `active/` that name the batches with work for the reconciler. They have open items, a
 * receipt that may be due, or records to be erased.
 */
import { batchIdSchema, instanceIdSchema, type BatchId, type InstanceId } from "../../contract/ids.ts";
import { indexKeys } from "../../contract/records/keys.ts";
import type { ListedObject, ObjectStore } from "../../ports.ts";

/** Written before the batch, deleted after its last outcome. */
export interface OpenBatch {
  readonly batchId: BatchId;
  readonly sinceMs: number;
}
/** A receipt may be due. The reminder is left by the end of the batch, or by the closing of a machine's account. */
export type ReceiptReminder = "end" | InstanceId;
export interface Reminders {
  readonly open: readonly OpenBatch[];
  /** By batch; see `writeDueReceipts`. */
  readonly receiptsDue: ReadonlyMap<BatchId, readonly ReceiptReminder[]>;
  /** Deleted by their owners, or at the end of their retention. */
  readonly deleted: readonly BatchId[];
}

export async function readReminders(store: ObjectStore): Promise<Reminders> {
  const receiptsDue = new Map<BatchId, ReceiptReminder[]>();
  const objects = await listAll(store, indexKeys.activePrefix);
  for (const { key } of objects.filter(isReceiptDue)) {
    const [id, left] = key.slice(indexKeys.receiptDuePrefix.length).split("/");
    const batchId = batchIdSchema.safeParse(id).data;
    const cause = left === "end" ? left : instanceIdSchema.safeParse(left).data;
    if (batchId === undefined || cause === undefined) continue;
    receiptsDue.set(batchId, [...(receiptsDue.get(batchId) ?? []), cause]);
  }
  const deleted = objects.flatMap(
    ({ key }) => batchIdSchema.safeParse(idUnder(indexKeys.deletedPrefix, key)).data ?? [],
  );
  return { open: openBatchesIn(objects), receiptsDue, deleted };
}

const idUnder = (prefix: string, key: string): string | undefined =>
  key.startsWith(prefix) ? key.slice(prefix.length) : undefined;

/** Only the open batches. They are listed first, so few of the other reminders are read. */
export const readOpenBatches = async (store: ObjectStore): Promise<readonly OpenBatch[]> =>
  openBatchesIn(await listAll(store, indexKeys.activePrefix, (last) => !isOpen(last)));

const isOpen = ({ key }: ListedObject): boolean => key.startsWith(indexKeys.active("batch_" as BatchId));
const isReceiptDue = ({ key }: ListedObject): boolean => key.startsWith(indexKeys.receiptDuePrefix);

function openBatchesIn(objects: readonly ListedObject[]): readonly OpenBatch[] {
  return objects.flatMap(({ key, modifiedMs }) => {
    const batchId = batchIdSchema.safeParse(key.slice(indexKeys.activePrefix.length)).data;
    return batchId === undefined ? [] : [{ batchId, sinceMs: modifiedMs }];
  });
}

/** Reads the pages of a listing, up to the page whose last object `isEnough` accepts. */
export async function listAll(
  store: ObjectStore,
  prefix: string,
  isEnough: (last: ListedObject) => boolean = () => false,
): Promise<readonly ListedObject[]> {
  const found: ListedObject[] = [];
  for (let more = true; more;) {
    const last = found.at(-1);
    const page = await store.list(prefix, last === undefined ? {} : { after: last.key });
    found.push(...page.objects);
    const newest = page.objects.at(-1);
    more = page.more && newest !== undefined && !isEnough(newest);
  }
  return found;
}
