/** An item's id is made of its batch's and its place, so that nothing has to be looked up. */
export const itemIdOf = (batchId: string, index: number): string =>
  `${batchId.replace(/^batch_/, "item_")}_${index}`;

/** @returns null for what is no item's id */
export function placeOfItem(itemId: string): { readonly batchId: string; readonly index: number } | null {
  const parts = /^item_(.+)_(\d+)$/.exec(itemId);
  return parts === null ? null : { batchId: `batch_${parts[1] ?? ""}`, index: Number(parts[2]) };
}
